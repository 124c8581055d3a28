// The tables that the page holds, packed as page.PackedTable says.

/** Columns by name: numbers as Float64Array (NaN where there is none), texts as arrays (null). */
class Table {
  constructor(name, head, bytes) {
    Object.assign(this, { name, rows: head.rows, sql: head.sql, command: head.command });
    this.kinds = Object.fromEntries(head.columns.map(column => [column.name, column.kind]));
    this.columns = {};
    const reader = new Reader(bytes);
    for (const column of head.columns) this.columns[column.name] = reader.column(column, head.rows);
  }

  get names() { return Object.keys(this.columns); }
  has(name) { return name in this.columns; }
  at(name, row) { return this.columns[name]?.[row]; }

  /** A row as an object; no number is null. */
  object(row) {
    return Object.fromEntries(this.names.map(name => {
      const value = this.columns[name][row];
      return [name, typeof value === "number" && isNaN(value) ? null : value];
    }));
  }

  objects() { return Array.from({ length: this.rows }, (_, row) => this.object(row)); }
}

/** 10^0 .. 10^22 are exact, so that one product or quotient with them is rounded once. */
const POWERS = Array.from({ length: 23 }, (_, k) => Number("1e" + k));

function fourDigits(code) {
  if (code === 0) return 0;
  const size = Math.abs(code);
  if (size === 2147483647) return Math.sign(code) * Infinity;
  const exponent = Math.floor((size - 1) / 9000) - 403;
  const mantissa = Math.sign(code) * ((size - 1) % 9000 + 1000);
  if (exponent >= 0 && exponent < 23) return mantissa * POWERS[exponent];
  if (exponent < 0 && exponent > -23) return mantissa / POWERS[-exponent];
  return Number(mantissa + "e" + exponent);
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
  }

  varint() {
    let value = 0, scale = 1, byte;
    do {
      byte = this.bytes[this.position++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte & 128);
    return value;
  }

  signed() {
    const value = this.varint();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  float64() {
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  column({ kind, dictionary }, rows) {
    const nulls = this.bytes.subarray(this.position, this.position + Math.ceil(rows / 8));
    this.position += nulls.length;
    const values = kind === "text" ? new Array(rows).fill(null) : new Float64Array(rows).fill(NaN);
    let last = 0;
    const next = {
      text: () => dictionary[this.varint()],
      int: () => last += this.signed(),
      float64: () => this.float64(),
      sig4: () => fourDigits(last += this.signed()),
    }[kind];
    for (let row = 0; row < rows; row++)
      if (!(nulls[row >> 3] >> (row & 7) & 1)) values[row] = next();
    return values;
  }
}

async function unpacked(base64) {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const packed = new Map([...document.querySelectorAll("script.table")]
  .map(element => [element.id.slice("table-".length), element]));
const opened = new Map();

/** A table by its name, undefined where the page has none; unpacked when it is first asked for. */
function table(name) {
  if (!packed.has(name)) return Promise.resolve(undefined);
  if (!opened.has(name)) {
    const element = packed.get(name);
    opened.set(name, unpacked(element.textContent)
      .then(bytes => new Table(name, JSON.parse(element.dataset.head), bytes)));
  }
  return opened.get(name);
}

const parsed = id => JSON.parse(document.getElementById(id).textContent);

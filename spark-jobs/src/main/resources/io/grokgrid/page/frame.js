// What is chosen, and the parts that every section is put together from.

const meta = parsed("meta"), made = parsed("made");
const page = { runs: undefined, axes: [], sweepsOf: undefined };
const SWEEP = "sweep";

// ---- What is chosen: it stands in the fragment of the address, so that a link keeps it. ----

const state = {
  off: new Map(), // axis -> texts of the values that are left out
  picks: new Map(), // what selects of sections are set to

  read() {
    this.off.clear();
    this.picks.clear();
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) {
      if (key.startsWith("not.")) {
        const axis = key.slice(4);
        if (!this.off.has(axis)) this.off.set(axis, new Set());
        this.off.get(axis).add(value);
      } else this.picks.set(key, value);
    }
  },

  write() {
    const parameters = new URLSearchParams();
    for (const [axis, values] of this.off) for (const value of values) parameters.append("not." + axis, value);
    for (const [key, value] of this.picks) parameters.set(key, value);
    history.replaceState(null, "", "#" + parameters);
  },

  pick(key, value) {
    if (value === undefined) this.picks.delete(key); else this.picks.set(key, value);
    this.write();
  },

  /** What is picked if it is one of these, else what is standard. */
  picked(key, choices, standard = choices[0]) {
    return choices.includes(this.picks.get(key)) ? this.picks.get(key) : standard;
  },

  toggle(axis, text) {
    const values = this.off.get(axis) ?? new Set();
    if (!values.delete(text)) values.add(text);
    if (values.size) this.off.set(axis, values); else this.off.delete(axis);
    this.write();
  },
};

/** Every run's values: row of `runs`, by axis; a run may be of several sweeps. */
function valuesOf(axis, row) {
  return axis === SWEEP ? page.sweepsOf[row] : [page.runs.at(axis, row)];
}

/** The rows of `runs` that no filter leaves out. */
function chosenRuns() {
  const filters = [...state.off];
  return d3.range(page.runs.rows).filter(row => filters.every(([axis, off]) =>
    !page.axisOf(axis) || valuesOf(axis, row).some(value => !off.has(written(value)))));
}

/** Of rows of another table that has axes as columns: whether the filters leave it in. */
function isChosen(object) {
  return [...state.off].every(([axis, off]) => !(axis in object) || !off.has(written(object[axis])));
}

/** Groups of rows by an axis, in the order of its values: [value, rows]; without one, one group. */
function grouped(rows, axis) {
  if (!axis) return [[undefined, rows]];
  return page.axisOf(axis).values.filter(value => !state.off.get(axis)?.has(written(value)))
    .map(value => [value, rows.filter(row => valuesOf(axis, row).some(one => same(one, value)))])
    .filter(([, of]) => of.length);
}

const same = (a, b) => a === b || written(a) === written(b);

// ---- Numbers and words. ----

/** A value in full, as it stands in links and in CSV. */
function written(value) {
  return value === null || value === undefined || (typeof value === "number" && isNaN(value)) ? "" : String(value);
}

/** A value for people. */
function shown(value) {
  if (typeof value !== "number") return value === null || value === undefined || value === "" ? "–" : String(value);
  if (isNaN(value)) return "–";
  if (!isFinite(value)) return value > 0 ? "∞" : "-∞";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return value.toLocaleString("en-US");
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? d3.format(".2~e")(value) : d3.format(".4~g")(value);
}

const step = value => isNaN(value) ? "never" : "step " + shown(value);
const duration = seconds => {
  const [size, unit] = seconds < 90 ? [1, "second"] : seconds < 5400 ? [60, "minute"] : [3600, "hour"];
  return counted(Number(d3.format(".2~r")(seconds / size)), unit);
};
const percent = share => d3.format(".0f")(100 * share) + " %";
const probability = p => isNaN(p) ? "" : p < .0001 ? "p < 0.0001" : "p = " + d3.format(".2~g")(p);
const times = ratio => d3.format(ratio < 10 ? ".2~f" : ",.0f")(ratio) + " times";
const counted = (count, one, many = one + "s") => `${shown(count)} ${count === 1 ? one : many}`;

// ---- Elements. ----

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(child => child !== undefined));
  return made;
}

/** A choice; what is chosen is kept in the address, and the section is drawn again. */
function choice(label, key, choices, redraw, { names = name => name, standard } = {}) {
  const select = element("select", { onchange: () => { state.pick(key, select.value); redraw(); } },
    ...choices.map(value => element("option", { value }, names(value))));
  select.value = state.picked(key, choices, standard);
  return element("label", {}, label, select);
}

const MOST_SHOWN = 500;
const MOST_CHOICES = 2000;

/** A run of these: of many, every so many, and whichever the beginning of a run_id tells. */
function runChoice(key, ids, redraw, standard) {
  const picked = state.picked(key, ids, standard), every = Math.ceil(ids.length / MOST_CHOICES);
  const some = ids.filter((id, i) => i % every === 0 || id === picked);
  const chosen = choice("run", key, some, redraw, { names: id => runLabel(page.rowOf.get(id)), standard: picked });
  if (every === 1) return [chosen];
  const given = element("input", { type: "search", placeholder: "run_id", size: 18, oninput: () => given.setCustomValidity(""), onchange: () => {
    const text = given.value.trim().toLowerCase(), found = ids.find(id => id.startsWith(text));
    if (!text) return;
    if (found) { state.pick(key, found); redraw(); return; }
    given.setCustomValidity(`None of these ${counted(ids.length, "run")} has a run_id that begins so`);
    given.reportValidity();
  } });
  return [chosen, element("label", {}, `or any of ${counted(ids.length, "run")}`, given)];
}

/** A table of numbers. */
function numbers({ columns, rows }) {
  const isNumber = columns.map((_, i) => rows.some(row => typeof row[i] === "number"));
  const cells = (tag, row, write) => element("tr", {},
    ...row.map((value, i) => element(tag, { class: isNumber[i] ? "number" : undefined, scope: tag === "th" ? "col" : undefined }, write(value))));
  const more = rows.length - MOST_SHOWN;
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers" },
    element("table", {}, element("thead", {}, cells("th", columns, name => String(name).replaceAll("_", " "))),
      element("tbody", {}, ...rows.slice(0, MOST_SHOWN).map(row => cells("td", row, shown)))),
    more > 0 ? element("p", {}, `.. and ${counted(more, "more row")}: the CSV has all.`) : "");
}

function csv({ columns, rows }) {
  const cell = value => {
    const text = written(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map(row => row.map(cell).join(",")).join("\n") + "\n";
}

function save(name, type, text) {
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Objects as the rows of a table of numbers. */
function listed(objects, columns = Object.keys(objects[0] ?? {})) {
  return { columns, rows: objects.map(one => columns.map(column => one[column])) };
}

/** A fold-out with the statement and the command behind a figure. */
function origin(of) {
  const texts = of.filter(Boolean).flatMap(one => [one.command, one.command?.includes(one.sql) ? undefined : one.sql]);
  const parts = texts.filter(Boolean).map(text =>
    element("div", {}, element("button", { onclick: () => navigator.clipboard?.writeText(text) }, "Copy"),
      element("pre", { tabindex: "0" }, text)));
  return element("details", { class: "fold" }, element("summary", {}, "SQL and command"), ...parts);
}

/**
 * A figure with its caption, its numbers and what made it.
 *
 * @param draw width -> an SVG element, whose `marks` are what can be pointed at
 * @param entries its legend, see {@link legend}
 * @param data () -> {columns, rows}, the numbers behind it
 */
function figure(parent, { name, caption, entries = [], tables = [], data, draw }) {
  const drawing = element("div", { class: "drawing" });
  const folded = element("details", { class: "fold" }, element("summary", {}, "Numbers"));
  folded.addEventListener("toggle", () => {
    if (folded.open && folded.children.length === 1) folded.append(numbers(data()));
  });
  const made = element("figure", { "data-figure": name }, entries.length ? legend(entries) : undefined, drawing,
    element("figcaption", {}, caption),
    element("div", { class: "tools" },
      element("button", { onclick: () => save(name + ".svg", "image/svg+xml", standalone(made.querySelector(".drawing svg"))) }, "Save SVG"),
      element("button", { "data-save": "csv", onclick: () => save(name + ".csv", "text/csv", csv(data())) }, "Save CSV"),
      folded, origin(tables)));
  made.data = data;
  parent.append(made);
  const svg = draw(Math.max(300, Math.min(1280, drawing.clientWidth || 600)));
  svg.entries = entries;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", caption);
  drawing.append(svg);
  if (svg.marks?.length) interactive(svg);
  return made;
}

/** The picture as a file of its own, with its legend below. */
function standalone(svg) {
  const copy = svg.cloneNode(true), width = Number(svg.getAttribute("width"));
  const height = withLegend(d3.select(copy), svg.entries ?? [], width, Number(svg.getAttribute("height")));
  copy.setAttribute("height", height);
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", "sans-serif");
  copy.setAttribute("color", theme().ink);
  copy.querySelector(".pointed")?.remove();
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries({ width, height, fill: theme().paper })) paper.setAttribute(key, value);
  copy.prepend(paper);
  for (const text of copy.querySelectorAll("text")) if (!text.hasAttribute("fill")) text.setAttribute("fill", theme().ink);
  return new XMLSerializer().serializeToString(copy);
}

/** Adds entries below a picture; gives the height of both. */
function withLegend(picture, entries, width, height) {
  let [x, y] = [12, height + 14];
  for (const [name, colour, dash] of entries) {
    const size = 44 + 7 * name.length;
    if (x > 12 && x + size > width) [x, y] = [12, y + 20];
    picture.append("line").attr("x1", x).attr("x2", x + 24).attr("y1", y).attr("y2", y).attr("stroke", colour)
      .attr("stroke-width", 3).attr("stroke-dasharray", dash ?? null);
    picture.append("text").attr("x", x + 30).attr("y", y + 4).attr("font-size", 12).text(name);
    x += size;
  }
  return entries.length ? y + 14 : height;
}

// ---- Pointing at marks, by mouse or by arrow keys; Enter or a click opens the run. ----

const tip = document.getElementById("tip");

/** An SVG element with `marks`: [{x, y, text: () => string, run?: row}]. */
function interactive(svg) {
  let nearest, current = -1;
  const find = () => nearest ??= d3.Delaunay.from(svg.marks, mark => mark.x, mark => mark.y);
  const ring = d3.select(svg).append("circle").attr("class", "pointed").attr("r", 6).attr("fill", "none")
    .attr("stroke", theme().ink).attr("stroke-width", 2).attr("pointer-events", "none").attr("visibility", "hidden");
  const leave = () => {
    current = -1;
    tip.hidden = true;
    ring.attr("visibility", "hidden");
    svg.highlight?.();
  };
  const point = (index, x, y) => {
    current = index;
    const mark = svg.marks[index];
    ring.attr("visibility", "visible").attr("cx", mark.x).attr("cy", mark.y);
    svg.highlight?.(mark);
    tip.textContent = mark.text();
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = Math.max(4, y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18) + "px";
  };
  const open = () => { if (svg.marks[current]?.run !== undefined) openRun(svg.marks[current].run); };
  svg.addEventListener("pointermove", event => {
    const [x, y] = d3.pointer(event, svg);
    const index = find().find(x, y), mark = svg.marks[index];
    if (Math.hypot(mark.x - x, mark.y - y) < 40) point(index, event.clientX, event.clientY); else leave();
  });
  svg.addEventListener("pointerleave", leave);
  svg.addEventListener("blur", leave);
  svg.addEventListener("click", open);
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("keydown", event => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") leave();
    if (event.key === "Enter") open();
    if (!move) return;
    event.preventDefault();
    const index = current < 0 ? (move > 0 ? 0 : svg.marks.length - 1)
      : (current + move + svg.marks.length) % svg.marks.length;
    const { left, top } = svg.getBoundingClientRect();
    point(index, left + svg.marks[index].x, top + svg.marks[index].y);
  });
}

function openRun(row) {
  state.pick("run", page.runs.at("run_id", row));
  redraw("run");
  document.getElementById("run").scrollIntoView({ block: "start" });
}

/** The keys that tell runs apart, in the order of {@link runName}. */
const runKeys = () => [...page.axes.filter(axis => axis.name !== SWEEP).map(axis => axis.name), ...meta.seeds];

/** A run beside a picture: its values of those keys, for ids say nothing. */
function runName(row) {
  return runKeys().map(name => shown(page.runs.at(name, row))).join(" · ") || page.runs.at("run_id", row).slice(0, 8);
}

/** What such names are of, for a caption. */
const runNames = () => runKeys().length ? `named by ${runKeys().join(" · ")}` : "named by its id";

/** A run in a choice or a title: names with values. */
function runLabel(row) {
  return [page.runs.at("run_id", row).slice(0, 8), ...runKeys().map(name => `${name} ${shown(page.runs.at(name, row))}`)].join(" · ");
}

/** What a run is called in a tip. */
function runText(row, ...more) {
  const settings = runKeys().map(name => `${name} ${shown(page.runs.at(name, row))}`).join(", ");
  return [`run ${page.runs.at("run_id", row).slice(0, 8)}`, settings, page.runs.at("outcome", row), ...more]
    .filter(Boolean).join("\n");
}

// ---- Colours: Okabe and Ito's for names, viridis and cividis for numbers; all tell apart in grey and to colour-blind eyes. ----

const isDark = () => !page.printing && matchMedia("(prefers-color-scheme: dark)").matches;

function theme() {
  return isDark()
    ? { ink: "#e7eaee", soft: "#a2abb5", line: "#3a424b", paper: "#14171a", accent: "#7cc0f5" }
    : { ink: "#1b1f24", soft: "#5c6570", line: "#d5dae0", paper: "#ffffff", accent: "#0b61a4" };
}

const NAMED = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#888888"];
const NAMED_DARK = ["#4aa8e0", "#f08040", "#2fc79a", "#e29cc5", "#f2b632", "#8fd0f5", "#b08bd0", "#a8a8a8"];
const DASHES = [null, "6 3", "2 3", "8 3 2 3", "1 2", "10 4", "4 2 1 2", "3 1"];

/** A colour a value of an axis: in an order where values are numbers. */
function colours(axis) {
  if (!axis) return () => theme().accent;
  const { values, isNumber } = page.axisOf(axis);
  const names = isDark() ? NAMED_DARK : NAMED;
  const scale = isNumber && values.length > 2
    ? index => d3.interpolateViridis((isDark() ? .35 : 0) + (isDark() ? .65 : .74) * index / (values.length - 1))
    : index => names[index % names.length];
  return value => scale(Math.max(0, values.findIndex(one => same(one, value))));
}

const dashes = axis => value => axis
  ? DASHES[Math.max(0, page.axisOf(axis).values.findIndex(one => same(one, value))) % DASHES.length] : null;

const OUTCOMES = ["grokked", "comprehended", "memorised", "confused", "out_of_time", "diverged", "failed"];
const outcomeColour = outcome => (isDark() ? NAMED_DARK : NAMED)[[0, 5, 4, 7, 2, 1, 3][OUTCOMES.indexOf(outcome)] ?? 6];

/** A legend as a row of spans, beside an SVG's own labels. */
function legend(entries) {
  return element("div", { class: "controls" }, ...entries.map(([name, colour, dash]) => {
    const line = d3.create("svg").attr("width", 26).attr("height", 12).attr("aria-hidden", "true");
    line.append("line").attr("x1", 1).attr("x2", 25).attr("y1", 6).attr("y2", 6)
      .attr("stroke", colour).attr("stroke-width", 3).attr("stroke-dasharray", dash ?? null);
    return element("span", { style: "display:flex;gap:5px;align-items:center" }, line.node(), name);
  }));
}

// ---- Sections: drawn when they come into view, and again when what is chosen changes. ----

const sections = new Map();

/**
 * @param needs names of tables without any of which the section is left out
 * @param build (body, tables by name, redraw) -> the finding, a sentence
 */
function section(id, name, needs, build, optional = []) {
  if (!needs.every(one => packed.has(one))) return;
  const title = element("h2", {}, name), body = element("div", {});
  const made = element("section", { id, "aria-labelledby": id + "-title" },
    element("p", { class: "name" }, name), title, body);
  title.id = id + "-title";
  const link = element("a", { href: "#" + id, onclick: event => {
    event.preventDefault();
    made.scrollIntoView();
    made.querySelector("button, select, input, a, summary")?.focus({ preventScroll: true });
  } }, name);
  sections.set(id, { id, name, made, link, title, body, needs: [...needs, ...optional], build, isStale: true });
  document.getElementById("sections").append(made);
  document.getElementById("contents").append(link);
}

/** One drawing at a time a section: what is asked for meanwhile is drawn when it has ended. */
async function draw(one) {
  if (!one.isStale || one.isDrawing) return;
  one.isDrawing = true;
  try {
    while (one.isStale) {
      one.isStale = false;
      const found = await Promise.all(one.needs.map(name => table(name)));
      const tables = Object.fromEntries(one.needs.map((name, i) => [name, found[i]]));
      one.made.style.minHeight = one.made.offsetHeight > 200 ? one.made.offsetHeight + "px" : "";
      one.body.replaceChildren();
      one.title.textContent = one.build(one.body, tables, () => redraw(one.id)) || one.name;
      one.made.style.minHeight = "";
      one.made.hidden = one.link.hidden = !one.body.children.length && !state.off.size; // it has nothing to show
      one.made.dataset.drawn = "true";
    }
  } finally {
    one.isDrawing = false;
  }
}

const inView = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const one = sections.get(entry.target.id);
    one.isSeen = entry.isIntersecting;
    if (one.isSeen) draw(one);
  }
}, { rootMargin: "400px" });

/** Draws a section again, or all of them: those in view now, the others when they come into it. */
function redraw(id) {
  for (const one of id ? [sections.get(id)].filter(Boolean) : sections.values()) {
    one.isStale = true;
    if (one.isSeen || one.id === id) draw(one);
  }
}

/** Draws everything, in view or not. */
async function drawAll() {
  for (const one of sections.values()) await draw(one);
}

// ---- The filters. ----

function nameFilters() {
  const texts = [...state.off].filter(([axis]) => page.axisOf(axis)).map(([axis, off]) => `${axis} without ${[...off].join(", ")}`);
  document.querySelector("#filters summary").textContent = texts.length ? `Filters: ${texts.join("; ").slice(0, 120)}` : "Filters";
}

function drawFilters() {
  nameFilters();
  const bar = document.querySelector("#filters > div");
  const button = (axis, value) => {
    const text = written(value);
    const made = element("button", { "aria-pressed": String(!state.off.get(axis)?.has(text)), "data-value": text,
      title: text.length > 40 ? text : undefined,
      onclick: () => {
        state.toggle(axis, text);
        made.setAttribute("aria-pressed", String(!state.off.get(axis)?.has(text)));
        filtered();
      } }, text.length > 40 ? text.slice(0, 40) + "…" : shown(value));
    return made;
  };
  bar.replaceChildren(
    ...page.axes.map(axis => element("fieldset", { "data-axis": axis.name }, element("legend", {}, axis.name),
      ...axis.values.map(value => button(axis.name, value)))),
    element("button", { id: "reset", onclick: () => { state.off.clear(); state.write(); drawFilters(); filtered(); } }, "All runs"));
}

function filtered() {
  nameFilters();
  summarise();
  redraw();
}

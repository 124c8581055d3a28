'use strict';

async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function show() {
  const list = document.getElementById('report').appendChild(document.createElement('ul'));
  const tables = document.querySelectorAll('script.table');
  if (tables.length === 0) {
    list.appendChild(document.createElement('li')).textContent = 'no runs';
  }
  for (const table of tables) {
    const head = JSON.parse(table.dataset.head);
    const bytes = await inflated(table.textContent);
    list.appendChild(document.createElement('li')).textContent =
      `${table.id}: ${head.rows} rows, ${bytes.length} bytes: ${head.columns.map(c => c.name).join(', ')}`;
  }
}

show();

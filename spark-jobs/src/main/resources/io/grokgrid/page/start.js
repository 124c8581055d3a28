// The order of the sections, and the start.

function summarise() {
  const rows = chosenRuns(), ended = rows.filter(row => !failed(row));
  const reached = ended.filter(row => observed(row).reached).length, all = page.runs.rows;
  const which = rows.length === all ? counted(all, "run") : `${rows.length} of ${counted(all, "run")}`;
  document.getElementById("summary").textContent = !all ? "The store holds no such run yet"
    : `${which}: ${reached} generalised, ${rows.length - reached} did not`;
}

function age() {
  const minutes = (Date.now() - Date.parse(made.at)) / 60_000;
  const text = minutes < 1.5 ? "just now" : minutes < 90 ? `${Math.round(minutes)} minutes ago` : minutes < 2880 ? `${Math.round(minutes / 60)} hours ago` : `${Math.round(minutes / 1440)} days ago`;
  document.getElementById("origin").textContent = `Made ${text} (${made.at.slice(0, 16).replace("T", " ")} UTC) from ${made.from} by ${meta.command}`
    + (meta.watch ? `; reloads itself every ${meta.watch} s` : "") + (meta.damages.length ? `. Left out as damaged: ${meta.damages.join("; ")}` : "");
}

/** An axis with its values in order. */
function axisOfColumn(name, values) {
  const distinct = [...new Map(values.filter(value => value !== null && !(typeof value === "number" && isNaN(value))).map(value => [written(value), value])).values()];
  return { name, values: d3.sort(distinct), isNumber: distinct.every(value => typeof value === "number") };
}

/** Reloads the page where it stands. */
function reloadLater(seconds) {
  const place = "grokgrid-place";
  const at = Number(sessionStorage.getItem(place));
  if (at) drawAll().then(() => scrollTo(0, at));
  setTimeout(() => {
    sessionStorage.setItem(place, scrollY);
    location.reload();
  }, seconds * 1000);
}

async function start() {
  if (!("DecompressionStream" in window)) {
    document.getElementById("summary").textContent = "This page needs a browser of 2023 or later.";
    return;
  }
  state.read();
  age();
  setInterval(age, 30_000);
  document.getElementById("version").textContent = meta.version;
  page.runs = await table("runs");
  if (!page.runs?.rows) {
    page.runs = { rows: 0, columns: { run_id: [] }, at: () => undefined };
    summarise();
    document.getElementById("bar").hidden = true;
    document.body.dataset.ready = "true";
    if (meta.watch) reloadLater(meta.watch);
    return;
  }
  const { runs } = page;
  page.rowOf = new Map(runs.columns.run_id.map((id, row) => [id, row]));
  const sweeps = await table("sweeps");
  page.sweepsOf = Array.from({ length: runs.rows }, () => []);
  for (let i = 0; i < (sweeps?.rows ?? 0); i++) {
    const row = page.rowOf.get(sweeps.at("run_id", i)), name = sweeps.at("sweep", i);
    if (row !== undefined && (!meta.sweeps.length || meta.sweeps.includes(name))) page.sweepsOf[row].push(name);
  }
  page.sweepNames = d3.sort(new Set(page.sweepsOf.flat()));
  page.axes = meta.axes.map(axis => axisOfColumn(axis.column, [...runs.columns[axis.column]])).filter(axis => axis.values.length > 1);
  if (page.sweepNames.length > 1) page.axes.push({ name: SWEEP, values: page.sweepNames, isNumber: false });
  page.axisOf = name => page.axes.find(axis => axis.name === name);

  section("overview", "Overview", ["runs"], overview);
  if (meta.sweeps.length > 1) section("sweeps-compared", "Side by side", ["runs"], sideBySide, ["curves", "measured"]);
  section("grok", "Grok steps and survival", ["runs"], grokSteps, page.axes.flatMap(axis => ["grok_step_vs." + axis.name, "effect." + axis.name]).filter(name => packed.has(name)));
  if (page.axes.length > 1) section("phases", "Phase diagram", ["runs"], phaseDiagram, ["phase_diagram"]);
  section("curves", "Learning curves", ["curves"], learningCurves, ["spikes"]);
  section("run", "One run", ["runs"], oneRun, ["curves"]);
  section("attention", "Attention", ["attention_symmetry"], attention, ["attention_maps"]);
  section("encodings", "Encodings", ["encodings"], encodings, ["curves"]);
  section("circuits", "Circuits", ["spectrum"], spectrum, ["pca", "clusters"]);
  section("progress", "Progress measures", ["progress"], progress, ["curves", "phases"]);
  section("lead", "Lead times", ["lead_times"], leadTimes);
  section("algorithms", "Clock or pizza", ["clock_or_pizza"], algorithms, ["measured"]);
  section("census", "Census", ["census"], censusMap);
  section("llc", "Local learning coefficient", ["llc_checkpoints"], coefficients, ["llc"]);

  drawFilters();
  summarise();
  await draw(sections.get("overview"));
  await draw(sections.get("grok"));
  for (const one of sections.values()) inView.observe(one.made);
  if (meta.watch) reloadLater(meta.watch);

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
  let width = innerWidth, waiting;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(() => redraw(), 150);
  });
  addEventListener("hashchange", () => { state.read(); drawFilters(); filtered(); });
  const print = isPrinting => () => { page.printing = isPrinting; for (const one of sections.values()) one.isStale = true; drawAll(); };
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
  document.body.dataset.ready = "true";
}

start();

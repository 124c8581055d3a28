// Side by side, the order of the sections, and the start.

/** Two sweeps or more: what they have in common and whether they differ by more than chance. */
function sideBySide(body, { runs }) {
  const groups = survivors(chosenRuns(), SWEEP);
  if (groups.length < 2) return "Only one sweep is chosen";
  const test = logRank(groups.map(group => group.runs.map(observed))), colour = colours(SWEEP), dash = dashes(SWEEP);
  const shared = chosenRuns().filter(row => groups.every(group => page.sweepsOf[row].includes(group.value))).length;
  const rows = groups.map(group => { const reached = group.runs.filter(row => observed(row).reached).length; return [group.value, group.runs.length, reached, ...wilson(reached, group.runs.length), group.quantiles.median, group.quantiles.low, group.quantiles.high]; });
  const data = () => ({ columns: ["sweep", "runs", "generalised", "generalised_low", "generalised_high", "grok_step_median", "grok_step_median_low", "grok_step_median_high"], rows });
  const pair = element("div", { class: "pair" });
  body.append(pair);
  figure(pair, { name: "sweeps_grok_steps", tables: [runs], data, caption: "Grok steps of the runs of each sweep.", draw: width => grokDots(canvas(width, 360), groups, SWEEP, undefined, () => theme().accent) });
  figure(pair, { name: "sweeps_survival", tables: [runs], entries: groups.map(group => [group.value, colour(group.value), dash(group.value)]), data, caption: "Share of each sweep's runs that have not grokked by each step (Kaplan-Meier), with bands of 95 %.", draw: width => survival(canvas(width, 360), groups, colour, dash) });
  body.append(numbers(data()));
  const cells = facets(chosenRuns().filter(row => !failed(row)), axisNames().filter(name => name !== SWEEP)).map(cell => ({ cell, of: survivors(cell.rows, SWEEP) })).filter(one => one.of.length > 1);
  if (cells.length > 1 && cells.length <= 200) body.append(element("h3", {}, "Cell by cell"), numbers({ columns: ["cell", ...groups.map(group => `median, ${group.value}`), "log-rank p"],
    rows: cells.map(({ cell, of }) => [cell.title, ...groups.map(group => of.find(one => one.value === group.value)?.quantiles.median ?? NaN), logRank(of.map(one => one.runs.map(observed))).p]) }),
    element("p", {}, `Without correction: of ${cells.length} comparisons one in twenty falls below .05 by chance.`));
  const verdict = isNaN(test.p) ? "cannot be compared" : test.p <= .05 ? "differ by more than chance" : "do not differ by more than chance";
  return `The grok steps of ${groups.length} sweeps ${verdict} (log-rank ${probability(test.p) || "not defined"})` + (shared ? `; ${counted(shared, "run")} in all of them` : "");
}

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
  if (meta.sweeps.length > 1) section("sweeps-compared", "Side by side", ["runs"], sideBySide);
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

// The sections, in their order on the page.

/** When a run reached its grok step, or was last seen without it; a diverged one at its planned last step. */
function observed(row) {
  const { runs } = page, reached = !isNaN(runs.at("grok_step", row));
  const time = reached ? runs.at("grok_step", row)
    : runs.at("outcome", row) === "diverged" ? runs.at("steps", row) : runs.at("last_step", row);
  return { time, reached };
}

/** The same of the step at which it memorised. */
function memorisation(row) {
  const at = page.runs.at("memorised_step", row);
  return { time: isNaN(at) ? page.runs.at("last_step", row) : at, reached: !isNaN(at) };
}

const failed = row => page.runs.at("outcome", row) === "failed";

/** Groups by an axis with their Kaplan-Meier curves; failed runs are left out. */
function survivors(rows, axis) {
  return grouped(rows.filter(row => !failed(row)), axis).map(([value, runs]) => {
    const curve = kaplanMeier(runs.map(observed));
    return { value, runs, curve, quantiles: quantiles(curve), label: axis ? `${axis} ${shown(value)}` : "all runs" };
  });
}

const axisNames = () => page.axes.map(axis => axis.name);

/** A value of an axis in words; by itself "learned" or "1" says nothing. */
const valued = (axis, value) => `${axis} ${shown(value)}`;

function sentences(title, lines) {
  if (!lines.length) return "";
  return element("div", {}, element("p", {}, title), element("ul", { class: "sentences" }, ...lines.map(line => element("li", {}, ...[line].flat()))));
}

/** Titles of small multiples, and the runs of each. */
function facets(rows, names) {
  return names.filter(Boolean).reduce((groups, name) => groups.flatMap(group =>
    grouped(group.rows, name).map(([value, of]) => ({ title: [...group.title, valued(name, value)], rows: of, values: { ...group.values, [name]: value } }))),
    [{ title: [], rows, values: {} }]).map(group => ({ ...group, title: group.title.join(", ") || "all runs" }));
}

const NONE = "none";

// ---- Overview ----

/** What a run was made with, in words. */
function versions(json) {
  try {
    return Object.entries(JSON.parse(json)).map(([name, version]) => `${name} ${version}`).join(", ");
  } catch {
    return json;
  }
}

const MEANINGS = {
  grokked: "99 % test accuracy, at more than twice the step of 99 % train accuracy", comprehended: "99 % test accuracy sooner than that",
  memorised: "99 % train accuracy only", confused: "neither", out_of_time: "ended by its time limit", diverged: "a loss was not finite", failed: "ended by an error",
};

function overview(body, { runs }) {
  const rows = chosenRuns();
  const counts = d3.rollup(rows, of => of.length, row => runs.at("outcome", row));
  const present = OUTCOMES.filter(outcome => counts.get(outcome));
  const generalised = rows.filter(row => !isNaN(runs.at("grok_step", row))).length;
  const ended = rows.filter(row => !failed(row)).length;
  const columns = ["sweep", ...OUTCOMES.filter(outcome => counts.get(outcome)), "runs"];
  const table = (page.sweepNames.length ? page.sweepNames : [""]).map(name => {
    const of = rows.filter(row => page.sweepsOf[row].includes(name));
    return [name, ...present.map(outcome => of.filter(row => runs.at("outcome", row) === outcome).length), of.length];
  });
  figure(body, { name: "outcomes",
    caption: `Runs of each sweep by outcome; a run counts in every sweep whose grid holds it. ${present.filter(outcome => outcome in MEANINGS).map(outcome => `${outcome.replaceAll("_", " ")}: ${MEANINGS[outcome]}`).join("; ")}.`,
    tables: [runs],
    entries: present.map(outcome => [`${outcome.replaceAll("_", " ")} ${counts.get(outcome)}`, outcomeColour(outcome)]),
    data: () => ({ columns, rows: table }),
    draw: width => {
      const frame = canvas(width, 46 + 34 * table.length, { left: Math.min(190, width * .25), bottom: 40 });
      const x = d3.scaleLinear([0, d3.max(table, row => row.at(-1))], [0, frame.width]);
      const y = d3.scaleBand(table.map((_, i) => String(i)), [0, frame.height]).padding(.25);
      const name = i => { const text = table[i][0]; return text.length > 24 ? text.slice(0, 23) + "…" : text; };
      axes(frame, x, y, "runs", "", { xTicks: undefined });
      frame.inside.selectAll(":scope > g").filter((_, i) => i === 1).selectAll("text").text(i => name(i));
      table.forEach((row, i) => {
        let left = 0;
        present.forEach((outcome, k) => {
          const count = row[k + 1];
          if (!count) return;
          const size = x(count);
          frame.inside.append("rect").attr("class", "mark").attr("x", left).attr("y", y(String(i))).attr("width", size).attr("height", y.bandwidth()).attr("fill", outcomeColour(outcome));
          if (size > 24) frame.inside.append("text").attr("x", left + size / 2).attr("y", y(String(i)) + y.bandwidth() / 2 + 4).attr("text-anchor", "middle").attr("fill", d3.lab(outcomeColour(outcome)).l > 55 ? "#14171a" : "#ffffff").text(count);
          frame.svg.node().marks.push({ x: left + size / 2 + frame.left, y: y(String(i)) + y.bandwidth() / 2 + frame.top, text: () => `${row[0]}\n${outcome}: ${count} of ${row.at(-1)}` });
          left += size;
        });
      });
      return frame.svg.node();
    } });
  const kinds = [...new Set(rows.map(row => ["task", "operation", "model"].map(name => runs.at(name, row)).filter(Boolean).join(", ")))];
  const facts = [["of", kinds.join("; ")], ["axes", page.axes.filter(axis => axis.name !== SWEEP).map(axis => `${axis.name} (${axis.values.length})`).join(", ") || "none varies"],
    ["seeds", meta.seeds.map(name => `${name} (${new Set(page.runs.columns[name]).size})`).join(", ") || "one"],
    ["training", `${duration(d3.sum(rows, row => runs.at("seconds", row) || 0))} of one device, on ${counted(new Set(rows.map(row => runs.at("host", row))).size, "host")}`],
    ["versions", [...new Set(rows.map(row => runs.at("versions", row)))].filter(Boolean).slice(0, 3).map(versions).join("; ")],
    ["same in all", Object.entries(meta.shared).map(([key, value]) => `${key} ${value}`).join(", ") || "the defaults"]];
  body.append(element("div", { class: "scroll" }, element("table", {}, ...facts.map(([name, text]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, text))))));
  const bad = rows.filter(row => ["failed", "diverged"].includes(runs.at("outcome", row)));
  if (bad.length) body.append(element("h3", {}, `${counted(bad.length, "run")} failed or diverged`),
    numbers({ columns: ["run_id", ...axisNames().filter(name => name !== SWEEP), "outcome", "last_step", "error"],
      rows: bad.map(row => [runs.at("run_id", row), ...axisNames().filter(name => name !== SWEEP).map(name => runs.at(name, row)), runs.at("outcome", row), runs.at("last_step", row), (runs.at("error", row) ?? "").split("\n")[0]]) }));
  if (!rows.length) return "No run is chosen";
  const [low, high] = wilson(generalised, ended);
  return `${generalised} of ${counted(ended, "run")} generalised: ${percent(generalised / Math.max(1, ended))} (95 %: ${percent(low)} to ${percent(high)})`
    + (counts.get("failed") ? `; ${counts.get("failed")} failed` : "");
}

// ---- Grok steps and survival ----

function grokSteps(body, tables, redraw) {
  const names = axisNames(), axis = names.length ? state.picked("grok.by", names) : undefined;
  const others = [NONE, ...names.filter(name => name !== axis)];
  const coloured = state.picked("grok.colour", others), colourAxis = coloured === NONE ? undefined : coloured;
  if (axis) body.append(element("div", { class: "controls" }, choice("by", "grok.by", names, redraw), choice("colour", "grok.colour", others, redraw)));
  const groups = survivors(chosenRuns(), axis), all = groups.flatMap(group => group.runs);
  if (!all.length) return "No run is chosen";
  const test = logRank(groups.map(group => group.runs.map(observed)));
  const summary = () => ({ columns: [axis ?? "group", "runs", "generalised", "grok_step_p25", "grok_step_median", "grok_step_p75", "grok_step_median_low", "grok_step_median_high"],
    rows: groups.map(group => [group.value ?? "all", group.runs.length, group.runs.filter(row => observed(row).reached).length, group.quantiles.p25, group.quantiles.median, group.quantiles.p75, group.quantiles.low, group.quantiles.high]) });
  const colour = colours(colourAxis ?? axis), pair = element("div", { class: "pair" });
  body.append(pair);
  figure(pair, { name: "grok_steps", tables: [tables.runs],
    entries: colourAxis ? page.axisOf(colourAxis).values.map(value => [valued(colourAxis, value), colour(value)]) : [],
    caption: "When each run reached 99 % test accuracy. Open triangles: runs that had not, at their last step. Thick bar: Kaplan-Meier median; thin line: from quartile to quartile, dashed where the upper one is not reached.",
    data: () => listed(all.map(row => ({ run_id: page.runs.at("run_id", row), ...Object.fromEntries([...axisNames().filter(name => name !== SWEEP), ...meta.seeds].map(name => [name, page.runs.at(name, row)])),
      outcome: page.runs.at("outcome", row), memorised_step: page.runs.at("memorised_step", row), grok_step: page.runs.at("grok_step", row), last_step: page.runs.at("last_step", row) }))),
    draw: width => grokDots(canvas(width, 380), groups, axis ?? "", colourAxis, value => colour(colourAxis ? value : undefined)) });
  const ofAxis = colours(axis), dash = dashes(axis);
  figure(pair, { name: "survival", tables: [tables["grok_step_vs." + axis] ?? tables.runs],
    entries: axis ? groups.map(group => [valued(axis, group.value), ofAxis(group.value), dash(group.value)]) : [],
    caption: `Share of runs that have not grokked by each step (Kaplan-Meier), with bands of 95 % (log-log Greenwood); ticks are runs that ended without. ${axis ? `Log-rank test over all values: ${probability(test.p) || "not defined"}.` : ""}`,
    data: summary, draw: width => survival(canvas(width, 380), groups, ofAxis, dash) });
  body.append(numbers(summary()));
  const more = names.filter(name => name !== axis && name !== SWEEP).map(name => {
    const by = survivors(chosenRuns(), name);
    return [element("button", { onclick: () => { state.pick("grok.by", name); redraw(); } }, `by ${name}`), " ", grokFinding(by, name, logRank(by.map(group => group.runs.map(observed))), tables["effect." + name])];
  });
  body.append(sentences("By the other keys:", more));
  const effect = tables["effect." + axis];
  if (effect) body.append(sentences("What to quote: pairs of runs that are equal but for " + axis + (state.off.size ? " (of all runs, filters aside)" : "") + ":", effect.objects().map(row => row.sentence)), origin([effect]));
  return grokFinding(groups, axis, test, effect);
}

/**
 * What an axis does: medians of all runs of a value and a test of them, or, where there is one and
 * no filter, what pairs say that are equal otherwise.
 */
function grokFinding(groups, axis, test, effect) {
  const known = groups.filter(group => !isNaN(group.quantiles.median));
  const never = groups.filter(group => !group.runs.some(row => observed(row).reached));
  if (!axis) return `Half of the runs grok by ${step(groups[0].quantiles.median)}`;
  const tail = test.freedom && !isNaN(test.p) ? `; log-rank ${probability(test.p)}` : "";
  if (known.length < 2) return known.length
    ? `Only with ${valued(axis, known[0].value)} do half of the runs grok (by ${step(known[0].quantiles.median)})${tail}`
    : `With no value of ${axis} do half of the runs grok${tail}`;
  const first = d3.least(known, group => group.quantiles.median), last = d3.greatest(known, group => group.quantiles.median);
  const ratio = last.quantiles.median / first.quantiles.median;
  const pairs = !state.off.size && effect?.objects().find(row => [row.first, row.second].every(value => [first, last].some(group => same(group.value, value))) && row.usable > 0);
  const text = ratio < 1.02 ? `${axis} does not move the median grok step`
    : `Half of the runs with ${valued(axis, first.value)} grok by ${step(first.quantiles.median)}, with ${valued(axis, last.value)} by ${step(last.quantiles.median)}`;
  if (pairs) return `${text}; in pairs that are equal otherwise ${pairs.sentence}` + (never.length ? `; never with ${never.map(group => shown(group.value)).join(", ")}` : "");
  return text + (never.length ? `; never with ${never.map(group => shown(group.value)).join(", ")}` : "") + tail;
}

// ---- Phase diagram ----

/** How many cells a diagram of two axes has; none of more than anybody can read. */
function cellsOf(x, y) {
  const cells = new Set(chosenRuns().filter(row => [x, y].every(name => valuesOf(name, row).some(value => written(value) !== ""))).map(row => `${valuesOf(x, row)} ${valuesOf(y, row)}`)).size;
  return cells <= 100 ? cells : 0;
}

function phaseDiagram(body, tables, redraw) {
  const names = axisNames();
  if (names.length < 2) return "";
  const best = d3.greatest(d3.cross(names, names).filter(([x, y]) => names.indexOf(x) < names.indexOf(y)), pair => cellsOf(...pair));
  const across = state.picked("phase.x", names, best[0]), others = names.filter(name => name !== across);
  const up = state.picked("phase.y", others, best.find(name => name !== across) ?? others[0]);
  body.append(element("div", { class: "controls" }, choice("across", "phase.x", names, redraw, { standard: across }), choice("up", "phase.y", others, redraw, { standard: up })));
  const cells = facets(chosenRuns(), [across, up]).map(cell => {
    const runs = cell.rows.filter(row => !failed(row)), { median, low, high } = quantiles(kaplanMeier(runs.map(observed)));
    const reached = runs.filter(row => observed(row).reached).length;
    const outcomes = OUTCOMES.map(outcome => [outcome, cell.rows.filter(row => page.runs.at("outcome", row) === outcome).length]).filter(([, count]) => count);
    return { x: cell.values[across], y: cell.values[up], value: median, low, high, runs: runs.length, reached, outcomes,
      text: [isNaN(median) ? "–" : shown(median), `${reached}/${runs.length}`], shares: outcomes.map(([outcome, count]) => [count / cell.rows.length, outcomeColour(outcome)]),
      tip: `${cell.title}\nmedian grok step ${shown(median)} [${shown(low)}, ${shown(high)}]\n` + outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(", ") };
  });
  if (!cells.length) return "No run is chosen";
  const xs = page.axisOf(across).values.filter(value => cells.some(cell => same(cell.x, value)));
  const ys = page.axisOf(up).values.filter(value => cells.some(cell => same(cell.y, value))).reverse();
  figure(body, { name: "phase_diagram", tables: [tables.phase_diagram],
    entries: OUTCOMES.filter(outcome => cells.some(cell => cell.outcomes.some(([name]) => name === outcome))).map(outcome => [outcome.replaceAll("_", " "), outcomeColour(outcome)]),
    caption: `Kaplan-Meier median grok step of each cell (darker is sooner), and how many of its runs generalised; below, its runs by outcome. A dash and a stroke: fewer than half did.${names.length > 2 ? ` A cell has runs of all values of ${names.filter(name => name !== across && name !== up).join(", ")}.` : ""}`,
    data: () => listed(cells.map(cell => ({ [across]: cell.x, [up]: cell.y, runs: cell.runs, generalised: cell.reached, ...Object.fromEntries(OUTCOMES.map(outcome => [outcome, cell.outcomes.find(([name]) => name === outcome)?.[1] ?? 0])), grok_step_median: cell.value, grok_step_median_low: cell.low, grok_step_median_high: cell.high }))),
    draw: width => heat(canvas(Math.min(width, 160 + 110 * xs.length), 70 + Math.max(50, Math.min(64, 640 / ys.length)) * ys.length, { left: 110 }), cells, xs, ys,
      { xLabel: across, yLabel: up, colour: scaled(cells.map(cell => cell.value), true) }) });
  const most = cells.filter(cell => cell.reached * 2 > cell.runs), first = d3.least(most.filter(cell => !isNaN(cell.value)), cell => cell.value);
  const alike = first ? most.filter(cell => cell.value === first.value).length - 1 : 0;
  return first ? `${most.length} of ${cells.length} cells generalise in most of their runs, soonest (median ${step(first.value)}) with ${valued(across, first.x)}, ${valued(up, first.y)}${alike ? ` and in ${counted(alike, "other")}` : ""}`
    : `None of ${cells.length} cells generalises in most of its runs`;
}

// ---- Learning curves ----

/** A bold line through the middle of each colour's runs. */
function medians(lines, axis, colour, dash) {
  const points = new Map(lines.map(line => [line.row, line.points]));
  return grouped([...points.keys()], axis).filter(([, rows]) => rows.length > 2).map(([value, rows]) => ({
    points: medianLine(rows.map(row => points.get(row))), width: 2.4, name: `${axis ? valued(axis, value) + ": " : ""}median of ${rows.length} runs`,
    colour: axis ? colour(value) : theme().ink, dash: axis ? dash(value) : null }));
}

const MEASURES = { "test accuracy": ["test_accuracy"], "train accuracy": ["train_accuracy"], "test loss": ["test_loss"], "train loss": ["train_loss"], "weight norm": ["weight_norm"], "accuracy out of distribution": ["ood_accuracy"], "loss out of distribution": ["ood_loss"] };

/** Where the rows of each run begin and end in a table that is ordered by run. */
function spans(curves) {
  return curves.spans ??= d3.rollup(d3.range(curves.rows), rows => [rows[0], rows.at(-1) + 1], i => curves.columns.run[i]);
}

function pointsOf(curves, run, column) {
  const [from, to] = spans(curves).get(run) ?? [0, 0];
  const { step } = curves.columns, values = curves.columns[column], points = [];
  for (let i = from; i < to; i++) if (!isNaN(values[i])) points.push([step[i], values[i]]);
  return points;
}

/** The median over runs at each step that one of them recorded, 400 at most; one that has ended keeps its last value. */
function medianLine(lines) {
  let steps = d3.sort(new Set(lines.flatMap(points => points.map(([at]) => at))));
  if (steps.length > 400) {
    const factor = (steps.at(-1) / steps[0]) ** (1 / 400);
    let next = steps[0];
    steps = steps.filter((at, i) => (at >= next || i === steps.length - 1) && (next = Math.max(at, next * factor), true));
  }
  const places = lines.map(() => 0);
  return steps.map(at => [at, d3.median(lines.map((points, i) => {
    while (places[i] + 1 < points.length && points[places[i] + 1][0] <= at) places[i]++;
    return points[places[i]][0] <= at ? points[places[i]][1] : NaN;
  }).filter(value => !isNaN(value)))]);
}

/** Step 0 stands at half of the first one after it, for it has no logarithm. */
const fromFirst = points => points.filter(([at]) => at > 0);

function learningCurves(body, { curves, spikes }, redraw) {
  const names = axisNames();
  const measure = Object.keys(MEASURES).filter(name => curves.has(MEASURES[name][0]) && (name === "weight norm" || curves.columns[MEASURES[name][0]].some(value => !isNaN(value))));
  const picked = state.picked("curves.of", measure), column = MEASURES[picked][0];
  const panelChoices = [...names, NONE], panelsBy = state.picked("curves.panels", panelChoices);
  const andChoices = [NONE, ...names.filter(name => name !== panelsBy)], and = state.picked("curves.and", andChoices);
  const colourBy = state.picked("curves.colour", [NONE, ...names], names.find(name => name !== panelsBy && name !== and));
  body.append(element("div", { class: "controls" }, choice("show", "curves.of", measure, redraw), choice("panels by", "curves.panels", panelChoices, redraw),
    choice("and by", "curves.and", andChoices, redraw), choice("colour", "curves.colour", [NONE, ...names], redraw, { standard: colourBy })));
  const axisOr = name => name === NONE ? undefined : name, colour = colours(axisOr(colourBy)), dash = dashes(axisOr(colourBy));
  const rows = chosenRuns().filter(row => spans(curves).has(row)), inRows = new Map();
  if (spikes && column.startsWith("t")) {
    const kind = column.startsWith("train") ? "train" : "test";
    const ids = new Map(rows.map(row => [page.runs.at("run_id", row), row]));
    for (const spike of spikes.objects()) {
      const row = ids.get(spike.run_id);
      if (row === undefined || spike.kind !== kind) continue;
      if (!inRows.has(row)) inRows.set(row, []);
      inRows.get(row).push(spike.step);
    }
  }
  const beside = column === "test_accuracy", besideOf = rows => [{ colour: theme().soft, dash: "2 3", width: 1.8, name: `train accuracy, median of ${counted(rows.length, "run")}`,
    points: medianLine(rows.map(row => fromFirst(pointsOf(curves, row, "train_accuracy"))).filter(points => points.length)) }];
  const panels = facets(rows, [axisOr(panelsBy), axisOr(and)]).slice(0, MOST_PANELS).map(panel => {
    const lines = panel.rows.map(row => ({ row, points: fromFirst(pointsOf(curves, row, column)) })).filter(line => line.points.length);
    const opacity = Math.max(.18, Math.min(.8, 6 / lines.length));
    return { title: panel.title, lines: [
      ...lines.map(({ row, points }) => ({ points, run: row, opacity, colour: colour(axisOr(colourBy) ? valuesOf(colourBy, row)[0] : undefined) })),
      ...medians(lines, axisOr(colourBy), colour, dash), ...(beside ? besideOf(panel.rows) : [])],
      marks: panel.rows.flatMap(row => (inRows.get(row) ?? []).map(at => [at, "#d55e00"])) };
  }).filter(panel => panel.lines.length);
  if (!panels.length) return "No chosen run recorded a curve";
  const isShare = column.endsWith("accuracy");
  figure(body, { name: "curves", tables: [curves],
    entries: [...(colourBy === NONE ? [] : page.axisOf(colourBy).values.map(value => [valued(colourBy, value), colour(value), dash(value)])),
      ...(beside ? [["train accuracy (median)", theme().soft, "2 3"]] : [])],
    caption: `${picked[0].toUpperCase() + picked.slice(1)} of every run over steps (logarithmic); bold: the median at each step, where a run that has ended keeps its last value. ${isShare ? "The horizontal line is at 99 %. " : ""}${inRows.size ? "Triangles at the top: where a loss spike begins. " : ""}${meta.curvesEvery > 1 ? `Every ${meta.curvesEvery}th recorded step. ` : ""}A click opens the run.`,
    data: () => listed(rows.flatMap(row => { const [from, to] = spans(curves).get(row); return d3.range(from, to).map(i => ({ run_id: page.runs.at("run_id", row), ...curves.object(i), run: undefined })); }), ["run_id", ...curves.names.filter(name => name !== "run")]),
    draw: width => multiples(width, panels, { yLabel: picked, yLog: column.endsWith("loss"), yDomain: isShare ? [0, 1] : undefined, level: isShare ? .99 : undefined,
      aligned: axisOr(and) && page.axisOf(and).values.length }) });
  const memorised = quantiles(kaplanMeier(rows.filter(row => !failed(row)).map(memorisation))).median;
  const generalised = quantiles(kaplanMeier(rows.filter(row => !failed(row)).map(observed))).median, some = rows.some(row => observed(row).reached);
  const spiked = inRows.size ? `; ${counted(inRows.size, "run")} ${inRows.size === 1 ? "has" : "have"} loss spikes` : "";
  const further = generalised ? `generalise by ${step(generalised)} (medians of all)` : some ? "fewer than half generalise" : "none generalises";
  return memorised ? `Half of the runs memorise by ${step(memorised)} and ${further}${spiked}`
    : generalised ? `Half of the runs ${further}${spiked}` : `${counted(rows.length, "run")} recorded curves${spiked}`;
}

const MOST_PANELS = 64;

// ---- One run ----

/** Of the chosen runs one that generalises about when half of them have. */
function typicalRun() {
  const rows = d3.sort(chosenRuns().filter(row => observed(row).reached), row => observed(row).time);
  return page.runs.at("run_id", rows[rows.length >> 1] ?? chosenRuns()[0]);
}

function oneRun(body, { curves, runs }, redraw) {
  const ids = chosenRuns().map(row => runs.at("run_id", row));
  if (!ids.length) return "No run is chosen";
  const standard = typicalRun(), id = state.picked("run", ids, standard), row = rowOf(id);
  body.append(element("div", { class: "controls" }, ...runChoice("run", ids, redraw, standard)));
  const line = (column, name, colour, dash) => ({ points: fromFirst(pointsOf(curves, row, column)), name, colour, dash, width: 1.8 });
  const { ink, accent } = theme(), warm = isDark() ? "#f08040" : "#d55e00";
  if (curves && spans(curves).has(row)) {
    const entries = [["train", accent, "6 3"], ["test", warm]], pair = element("div", { class: "pair" });
    const reached = [["memorises", "memorised_step"], ["groks", "grok_step"]].map(([name, of]) => [runs.at(of, row), name]).filter(([at]) => at > 0);
    body.append(pair);
    const data = () => { const [from, to] = spans(curves).get(row); return listed(d3.range(from, to).map(i => ({ ...curves.object(i), run: id }))); };
    figure(pair, { name: "run_accuracy", entries, caption: `Accuracy of run ${id}; upright lines: the first recorded steps with 99 % on training and on test examples.`, tables: [curves], data,
      draw: width => multiples(width, [{ title: "accuracy", lines: [line("train_accuracy", "train accuracy", accent, "6 3"), line("test_accuracy", "test accuracy", warm)], reached }], { yLabel: "accuracy", yDomain: [0, 1], level: .99, least: 1e4 }) });
    figure(pair, { name: "run_loss", entries, caption: `Loss of run ${id} (nats).`, tables: [curves], data,
      draw: width => multiples(width, [{ title: "loss", lines: [line("train_loss", "train loss", accent, "6 3"), line("test_loss", "test loss", warm)], reached }], { yLabel: "loss", yLog: true, least: 1e4 }) });
  }
  const object = runs.object(row);
  body.append(element("details", { class: "fold", open: true }, element("summary", {}, "Settings, outcome and provenance"),
    element("div", { class: "scroll" }, element("table", {}, ...Object.entries({ ...object, sweep: page.sweepsOf[row].join(", ") }).filter(([, value]) => value !== null)
      .map(([key, value]) => element("tr", {}, element("th", { scope: "row" }, key), element("td", {}, shown(value)))),
      ...Object.entries(meta.shared).map(([key, value]) => element("tr", {}, element("th", { scope: "row" }, key), element("td", {}, String(value))))))),
    element("p", {}, "grok_step: the first recorded step with 99 % test accuracy; sustained_grok_step: the first of six recorded steps in a row with 95 %, which may come sooner. In a terminal: ", element("code", {}, `submit/grokgrid show ${id}`)));
  const one = observed(row);
  return `Run ${id.slice(0, 8)} (${object.outcome}): ` + (object.memorised_step === null ? "never memorises" : `memorises by ${step(object.memorised_step)}`)
    + (one.reached ? `, groks at ${step(one.time)}` : `, has not generalised by ${step(one.time)} (test accuracy at best ${shown(object.best_test_accuracy)})`);
}

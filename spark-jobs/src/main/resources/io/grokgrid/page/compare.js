// Two sweeps or more side by side.

/** What they have in common, in what they differ, and whether by more than chance. */
function sideBySide(body, { runs, curves, measured }) {
  const groups = survivors(chosenRuns(), SWEEP);
  if (groups.length < 2) return "Only one sweep is chosen";
  const names = new Set(groups.map(group => group.value));
  const own = row => page.sweepsOf[row].filter(name => names.has(name)).length === 1; // what is in two tells them not apart
  const test = logRank(groups.map(group => group.runs.filter(own).map(observed))), colour = colours(SWEEP), dash = dashes(SWEEP);
  const entries = groups.map(group => [group.value, colour(group.value), dash(group.value)]);
  const shared = chosenRuns().filter(row => groups.every(group => page.sweepsOf[row].includes(group.value))).length;
  const rows = groups.map(group => {
    const reached = group.runs.filter(row => observed(row).reached).length, { median, low, high } = group.quantiles;
    return [group.value, group.runs.length, reached, ...wilson(reached, group.runs.length), median, low, high];
  });
  const data = () => ({ columns: ["sweep", "runs", "generalised", "generalised_low", "generalised_high", "grok_step_median", "grok_step_median_low", "grok_step_median_high"], rows });
  const pair = element("div", { class: "pair" });
  body.append(pair);
  figure(pair, { name: "sweeps_grok_steps", tables: [runs], data, caption: "Grok steps of the runs of each sweep.",
    draw: width => grokDots(canvas(width, 360), groups, SWEEP, undefined, () => theme().accent) });
  figure(pair, { name: "sweeps_survival", tables: [runs], entries, data,
    caption: "Share of each sweep's runs that have not grokked by each step (Kaplan-Meier), with bands of 95 %.",
    draw: width => survival(canvas(width, 360), groups, colour, dash) });
  body.append(numbers(data()));
  if (curves) sweepCurves(body, curves, groups, entries, colour, dash);
  const apart = settingsApart(body, groups), cells = cellsOfAll(groups, own);
  resultsApart(body, groups, measured, test, cells, own);
  cellsApart(body, groups, cells);
  const verdict = p => isNaN(p) ? "cannot be compared" : p <= .05 ? "differ by more than chance" : "do not differ by more than chance";
  const told = (p, name) => `${verdict(p)} (${name} ${probability(p) || "not defined"})`;
  const within = withinCells(cells);
  return (apart.length && cells.length ? `In the ${counted(cells.length, "cell")} that all ${groups.length} sweeps have, grok steps ${told(within.p, "log-rank within cells")}; over all runs, whose settings differ in ${apart.join(", ")}, they ${told(test.p, "log-rank")}`
    : isNaN(test.p) && shared === d3.min(groups, group => group.runs.length) ? `${groups.length} sweeps, one within the other`
    : `The grok steps of ${groups.length} sweeps ${told(test.p, "log-rank")}${apart.length ? `; their settings differ in ${apart.join(", ")}` : ""}`) + (shared ? `; ${counted(shared, "run")} in all of them` : "");
}

function sweepCurves(body, curves, groups, entries, colour, dash) {
  const panels = ["test accuracy", "train accuracy"].map(title => {
    const lines = groups.map(group => ({ group, of: group.runs.map(row => ({ row, points: fromFirst(pointsOf(curves, row, MEASURES[title][0])) })).filter(line => line.points.length) }));
    const opacity = Math.max(.1, Math.min(.6, 8 / d3.max(lines, line => line.of.length)));
    return { title, lines: [...lines.flatMap(({ group, of }) => of.map(({ row, points }) => ({ points, run: row, opacity, colour: colour(group.value) }))),
      ...lines.filter(({ of }) => of.length > 2).map(({ group, of }) => ({ points: medianLine(of.map(line => line.points)), width: 2.4, colour: colour(group.value), dash: dash(group.value), name: `${group.value}: median of ${of.length} runs` }))] };
  }).filter(panel => panel.lines.length);
  if (panels.length) figure(body, { name: "sweeps_curves", tables: [curves], entries,
    data: () => listed(panels.flatMap(panel => panel.lines.filter(line => line.name).flatMap(line => line.points.map(([step, value]) => ({ measure: panel.title, line: line.name, step, value }))))),
    caption: "Accuracy of every run of each sweep over steps (logarithmic); bold: medians. The horizontal line is at 99 %.",
    draw: width => multiples(width, panels, { yLabel: "accuracy", yDomain: [0, 1], level: .99, least: 420 }) });
}

const withinCells = cells => logRankWithin(cells.map(({ of }) => of.map(one => one.runs.map(observed))));

/** The keys that do not take the same values in each; gives their names. */
function settingsApart(body, groups) {
  const seeds = meta.seeds.map(name => axisOfColumn(name, [...page.runs.columns[name]]));
  const axes = [...page.axes.filter(axis => axis.name !== SWEEP), ...seeds].map(axis => [axis.name, ...groups.map(group =>
    axis.values.filter(value => group.runs.some(row => same(page.runs.at(axis.name, row), value))).map(shown).join(", "))]).filter(([, first, ...others]) => others.some(one => one !== first));
  body.append(element("h3", {}, axes.length ? "Settings that differ" : "The keys that vary take the same values in each sweep"));
  if (axes.length) body.append(numbers({ columns: ["key", ...groups.map(group => group.value)], rows: axes }));
  return axes.map(([name]) => name).filter(name => !meta.seeds.includes(name)); // other seeds are repetitions
}

/** Cells of settings that every sweep has runs of. */
function cellsOfAll(groups, own) {
  return facets(chosenRuns().filter(row => !failed(row) && own(row)), axisNames().filter(name => name !== SWEEP))
    .map(cell => ({ cell, of: survivors(cell.rows, SWEEP) })).filter(one => one.of.length === groups.length);
}

/** Tests of what runs came to: of steps that may not be reached by log-rank, of values by Kruskal and Wallis. */
function resultsApart(body, groups, measured, grok, cells, own) {
  const value = (name, row) => page.runs.at(name, row);
  const memorised = groups.map(group => quantiles(kaplanMeier(group.runs.map(memorisation))).median);
  const steps = [["grok step", groups.map(group => group.quantiles.median), grok.p], ["memorised step", memorised, logRank(groups.map(group => group.runs.filter(own).map(memorisation))).p]]
    .map(([name, medians, p]) => [name, ...medians, p, "log-rank"]);
  if (cells.length) steps.splice(1, 0, ["grok step, cells that all have", ...groups.map(group => quantiles(kaplanMeier(cells.flatMap(({ of }) => of.find(one => one.value === group.value).runs.map(observed)))).median),
    withinCells(cells).p, "log-rank within cells"]);
  const ends = new Map(); // of each measure the last value of each run
  for (const row of measured?.objects() ?? []) {
    const name = `${row.analysis} ${row.name}`.replaceAll("_", " ");
    if (!ends.has(name)) ends.set(name, new Map());
    ends.get(name).set(rowOf(row.run_id), row.value);
  }
  const values = [...["final_train_loss", "final_test_loss", "best_test_accuracy"].map(name => [name.replaceAll("_", " "), row => value(name, row)]),
    ...[...ends].map(([name, of]) => [`${name} at the end`, row => of.get(row)])].map(([name, of]) => {
    const each = which => groups.map(group => group.runs.filter(which).map(of).filter(one => Number.isFinite(one)));
    return [name, ...each(() => true).map(of => d3.median(of)), kruskalWallis(each(own)), "Kruskal-Wallis"];
  });
  body.append(element("h3", {}, "Results"), numbers({ columns: ["result", ...groups.map(group => `median, ${group.value}`), "p", "test"], rows: [...steps, ...values] }),
    element("p", {}, "p: how often chance alone would set the sweeps apart so far, if all runs were alike; each test by itself, without correction for their number, and of runs that only one of the sweeps has."));
}

function cellsApart(body, groups, cells) {
  if (cells.length < 2 || cells.length > 200) return;
  body.append(element("h3", {}, "Cell by cell"), numbers({ columns: ["cell", ...groups.map(group => `median, ${group.value}`), "log-rank p"],
    rows: cells.map(({ cell, of }) => [cell.title, ...groups.map(group => of.find(one => one.value === group.value)?.quantiles.median ?? NaN), logRank(of.map(one => one.runs.map(observed))).p]) }),
    element("p", {}, `p without correction: of twenty such tests of runs that are alike, one falls below .05 by chance.`));
}

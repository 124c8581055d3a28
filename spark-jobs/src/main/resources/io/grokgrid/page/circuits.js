// The sections about what networks attend to and what they learned.

/** What a row of a grouped table is of, by the axes that it has. */
function cellName(object) {
  return page.axes.filter(axis => axis.name in object && axis.values.length > 1).map(axis => valued(axis.name, object[axis.name])).join(", ") || "all runs";
}

const byCell = (objects, more = () => "") => d3.group(objects, one => [cellName(one), more(one)].filter(Boolean).join(", "));

// ---- Attention ----

const PAIRS = [["a_to_b", "a→b"], ["b_to_a", "b→a"], ["a_to_equals", "a→="], ["b_to_equals", "b→="], ["equals_to_a", "=→a"], ["equals_to_b", "=→b"]];

/** Steps that at least half as many runs recorded as the most recorded one. */
function steady(rows) {
  const most = d3.max(rows, row => row.runs);
  return rows.filter(row => row.runs * 2 >= most);
}

function attention(body, { attention_symmetry: table, attention_maps: maps }, redraw) {
  const all = table.objects().filter(isChosen);
  if (!all.length) return "No chosen run recorded attention";
  const cells = byCell(all), standard = bestCell(cells, all[0]), cell = state.picked("attention.cell", [...cells.keys()], standard), rows = cells.get(cell);
  const sides = rows.some(row => row.train_a_to_b !== null) ? ["training examples", "all inputs"] : ["all inputs"];
  const side = state.picked("attention.over", sides), prefix = side === "all inputs" ? "" : "train_";
  body.append(element("div", { class: "controls" }, cells.size > 1 ? choice("of", "attention.cell", [...cells.keys()], redraw, { standard }) : "",
    sides.length > 1 ? choice("means over", "attention.over", sides, redraw) : ""));
  const names = isDark() ? NAMED_DARK : NAMED;
  const used = PAIRS.filter(([column]) => rows.some(row => row[prefix + column] !== null));
  const heads = row => `layer ${row.layer} head ${row.head}`;
  const groups = [...d3.group(rows, heads)];
  const panels = groups.slice(0, MOST_PANELS).map(([title, of]) => ({ title, lines: used.map(([column, name], i) => ({
    points: steady(of).filter(row => row[prefix + column] !== null).map(row => [row.step, row[prefix + column]]), name, colour: names[i], dash: DASHES[i], width: 1.8 })) }));
  figure(body, { name: "attention", entries: used.map(([, name], i) => [name, names[i], DASHES[i]]), tables: [table], data: () => listed(all),
    caption: `Mean attention scores before the softmax, over ${side}, of each head over steps: means over runs, where at least half of those of these settings were still training. Heads of one number need not do the same in two runs.${groups.length > MOST_PANELS ? ` The first ${MOST_PANELS} of ${groups.length} panels.` : ""}`,
    draw: width => multiples(width, panels, { yLabel: "mean score", least: 300, xLog: false }) });
  if (maps) attentionMaps(body, maps, cell);
  const [first, last] = d3.extent(groups.flatMap(([, of]) => steady(of)), row => row.step);
  const hasGap = rows.some(row => row.a_b_gap !== null); // of what is causal, a has no score of b
  const apart = row => hasGap ? row.a_b_gap : row.equals_to_a !== null && row.equals_to_b !== null ? Math.abs(row.equals_to_a - row.equals_to_b) : null;
  const gap = at => d3.mean(rows.filter(row => row.step === at && apart(row) !== null), apart);
  const where = cells.size > 1 && cell.length < 80 ? `${cell}: ` : "";
  return gap(last) === undefined ? `${where}mean attention scores of ${counted(groups.length, "head")} over steps`
    : `${where}mean scores of ${hasGap ? "a→b and b→a" : "=→a and =→b"} lie ${d3.format(".2~g")(gap(last))} apart at ${step(last)}, ${d3.format(".2~g")(gap(first))} at ${step(first)} (mean over ${counted(groups.length, "head")})`;
}

/** Of cells of settings the one in which the largest share of runs generalises, and most of them. */
function bestCell(cells, object) {
  const axes = page.axes.filter(axis => axis.name in object).map(axis => axis.name), reached = new Map([...cells.keys()].map(name => [name, []]));
  for (const row of chosenRuns()) reached.get(cellName(Object.fromEntries(axes.map(name => [name, page.runs.at(name, row)]))))?.push(observed(row).reached);
  return d3.greatest([...reached], ([, runs]) => runs.length ? d3.mean(runs, Number) + runs.length / 1e6 : -1)[0];
}

function attentionMaps(body, maps, cell) {
  const rows = (byCell(maps.objects().filter(isChosen)).get(cell) ?? []), panels = [...d3.group(rows, row => `layer ${row.layer} head ${row.head}`)].slice(0, 24);
  if (!panels.length) return;
  const names = value => ["a", "b", "="][value] ?? String(value), isTable = d3.max(rows, row => row.key) <= 2;
  const name = isTable ? names : String, colour = shaded(1);
  body.append(element("h3", {}, "Attention at the last recorded step"));
  figure(body, { name: "attention_maps", tables: [maps], data: () => listed(rows),
    caption: `Mean attention weight of each key (across) for each query (down) in each head. ${shadedIs()} is more.`,
    draw: width => {
      const size = 210, columns = Math.max(1, Math.min(panels.length, Math.floor(width / size)));
      const svg = canvas(Math.min(width, columns * size), Math.ceil(panels.length / columns) * size).svg;
      panels.forEach(([title, of], n) => {
        const left = n % columns * size + 34, top = Math.floor(n / columns) * size + 20;
        const inside = svg.append("g").attr("class", "panel").attr("transform", `translate(${left},${top})`);
        inside.append("text").attr("y", -6).attr("font-weight", 600).text(title);
        heat({ svg, inside, left, top, width: size - 44, height: size - 50 },
          of.map(row => ({ x: name(row.key), y: name(row.query), value: row.mean_weight, text: isTable ? [d3.format(".2f")(row.mean_weight)] : [], tip: `${title}\nquery ${name(row.query)}, key ${name(row.key)}: mean weight ${shown(row.mean_weight)}, mean score ${shown(row.mean_score)}` })),
          d3.sort(new Set(of.map(row => row.key))).map(name), d3.sort(new Set(of.map(row => row.query))).map(name), { colour, small: !isTable });
      });
      return svg.node();
    } });
}

// ---- Encodings ----

function encodings(body, { encodings: table, curves }) {
  const chosen = table.objects().filter(isChosen), hasOut = chosen.some(row => row.out_accuracy !== null);
  const rows = hasOut ? chosen.filter(row => row.out_accuracy !== null) : chosen; // tables beside sequences have no other distribution
  if (!rows.length) return "No run is chosen";
  const task = row => row.rule ?? row.operation ?? row.task;
  const spread = (mean, deviation) => mean === null ? "–" : shown(mean) + (deviation === null ? "" : " ± " + d3.format(".2~g")(deviation));
  const telling = page.axes.filter(axis => axis.name in rows[0] && !["rule", "operation", "task", "encoding"].includes(axis.name) && new Set(rows.map(row => row[axis.name])).size > 1);
  const setting = row => [task(row), ...telling.map(axis => valued(axis.name, row[axis.name]))].join(", ");
  body.append(numbers({ columns: ["task", "encoding", "runs", "loss", "accuracy", ...(hasOut ? ["loss out", "accuracy out", "gap"] : [])],
    rows: rows.map(row => [setting(row), row.encoding, row.runs, row.in_loss, spread(row.in_accuracy, row.in_accuracy_sd), ...(hasOut ? [row.out_loss, spread(row.out_accuracy, row.out_accuracy_sd), row.gap] : [])]) }));
  const names = isDark() ? NAMED_DARK : NAMED;
  const bars = rows.flatMap(row => [[row, "in", row.in_accuracy, row.in_accuracy_sd], [row, "out", row.out_accuracy, row.out_accuracy_sd]]).filter(([, , value]) => value !== null);
  const label = row => `${setting(row)}, ${row.encoding}`;
  figure(body, { name: "encodings", entries: [["in distribution", names[0]], ...(hasOut ? [["out of distribution", names[1]]] : [])], tables: [table], data: () => listed(rows),
    caption: "Accuracy at the last recorded step in and out of distribution: means over seeds, with one standard deviation.",
    draw: width => {
      const labels = [...new Set(rows.map(label))], left = Math.min(width * .45, 20 + 6.2 * d3.max(labels, text => text.length));
      const frame = canvas(width, 60 + 26 * labels.length, { left }), most = Math.floor(left / 6.2) - 2;
      const x = d3.scaleLinear([0, 1], [0, frame.width]), y = d3.scaleBand(labels, [0, frame.height]).padding(.25);
      axes(frame, x, y, "accuracy", "", { xTicks: undefined, yTicks: text => text.length > most ? "…" + text.slice(1 - most) : text });
      for (const [row, where, value, deviation] of bars) {
        const height = y.bandwidth() / (hasOut ? 2 : 1), top = y(label(row)) + (where === "out" ? height : 0);
        frame.inside.append("rect").attr("class", "mark").attr("y", top).attr("width", x(value)).attr("height", height - 1).attr("fill", names[where === "in" ? 0 : 1]);
        if (deviation) frame.inside.append("line").attr("x1", x(Math.max(0, value - deviation))).attr("x2", x(Math.min(1, value + deviation))).attr("y1", top + height / 2).attr("y2", top + height / 2).attr("stroke", theme().ink);
        frame.svg.node().marks.push({ x: x(value) + frame.left, y: top + height / 2 + frame.top, text: () => `${label(row)}\n${where} of distribution: ${spread(value, deviation)}, ${counted(row.runs, "run")}` });
      }
      return frame.svg.node();
    } });
  if (curves && curves.has("ood_accuracy")) encodingCurves(body, curves);
  const found = [...d3.group(rows, task)].map(([name, of]) => {
    const value = row => row.accuracy, known = d3.rollups(of.filter(row => (hasOut ? row.out_accuracy : row.in_accuracy) !== null), rows =>
      d3.sum(rows, row => row.runs * (hasOut ? row.out_accuracy : row.in_accuracy)) / d3.sum(rows, row => row.runs), row => row.encoding)
      .map(([encoding, accuracy]) => ({ encoding, accuracy }));
    const best = d3.greatest(known, value), worst = d3.least(known, value);
    const spread = d3.max(of, row => (hasOut ? row.out_accuracy_sd : row.in_accuracy_sd) ?? 0);
    if (best && value(best) - value(worst) < Math.max(.005, spread)) return `${name}: encodings do alike${hasOut ? " out of distribution" : ""}, within one standard deviation (${percent(value(worst))} to ${percent(value(best))})`;
    return best && `${name}: ${hasOut ? "out of distribution " : ""}${best.encoding} is best (${percent(value(best))}), ${worst.encoding} worst (${percent(value(worst))})`;
  }).filter(Boolean);
  body.append(sentences("What carries over:", found));
  return found.length === 1 ? found[0] : `Which encoding carries over differs between ${counted(found.length, "task")}: ${found[0] ?? ""}`;
}

function encodingCurves(body, curves) {
  const rows = chosenRuns().filter(row => pointsOf(curves, row, "ood_accuracy").length);
  const colour = page.axisOf("encoding") ? colours("encoding") : () => theme().accent;
  const panelsOf = (column, what) => facets(rows, ["rule"].filter(name => page.axisOf(name))).map(panel => ({ title: `${panel.title}: ${what}`,
    lines: grouped(panel.rows, page.axisOf("encoding") ? "encoding" : undefined).map(([value, of]) => ({ colour: colour(value), dash: page.axisOf("encoding") ? dashes("encoding")(value) : null, width: 2, name: `${shown(value)}, median of ${of.length}`,
      points: medianLine(of.map(row => fromFirst(pointsOf(curves, row, column)))) })).filter(line => line.points.length) })).filter(panel => panel.lines.length);
  const panels = [...panelsOf("test_accuracy", "in distribution"), ...panelsOf("ood_accuracy", "out of distribution")];
  if (!panels.length) return;
  figure(body, { name: "encoding_curves", tables: [curves],
    entries: page.axisOf("encoding")?.values.filter(value => rows.some(row => same(page.runs.at("encoding", row), value))).map(value => [shown(value), colour(value), dashes("encoding")(value)]) ?? [], data: () => listed(panels.flatMap(panel => panel.lines.flatMap(line => line.points.map(([at, value]) => ({ panel: panel.title, line: line.name, step: at, accuracy: value }))))),
    caption: "Median accuracy over steps, in and out of distribution.", draw: width => multiples(width, panels, { yLabel: "accuracy", yDomain: [0, 1], xLog: false }) });
}

// ---- Circuits ----

const rowOf = id => page.rowOf.get(id);
const ofChosen = objects => { const chosen = new Set(chosenRuns()); return objects.filter(one => chosen.has(rowOf(one.run_id))); };

function spectrum(body, { spectrum: table, pca, clusters }) {
  const all = table.objects(), rows = ofChosen(all), every = d3.sort(new Set(rows.map(row => row.run_id)), id => rowOf(id));
  if (!every.length) return "No chosen run was analysed";
  const ids = evenly(every, 80), some = page.runs.rows > meta.frequenciesOf && new Set(all.map(row => row.run_id)).size === meta.frequenciesOf ? ", evenly chosen of all" : "";
  const byRun = d3.group(rows, row => row.run_id), keys = new Map(every.map(id => [id, d3.sort(byRun.get(id), row => -row.norm)]));
  const rowName = id => `${runName(rowOf(id))} ${observed(rowOf(id)).reached ? "●" : "○"}`, left = names => ({ left: Math.min(340, 20 + 6.2 * d3.max(names, id => rowName(id).length)) });
  const ks = d3.range(1, d3.max(rows, row => row.k) + 1);
  const share = (id, row) => row.norm ** 2 / d3.sum(keys.get(id), one => one.norm ** 2);
  figure(body, { name: "spectrum", tables: [table], data: () => listed(rows),
    caption: `Fourier spectrum of the embedding at the last analysed step: share of each frequency in the squared norm; a row for each run, ${runNames()} (● generalises, ○ does not${ids.length < every.length ? `; ${ids.length} of ${every.length}, evenly chosen` : ""}). ${shadedIs()} is more, up to ${percent(d3.max(ids, id => share(id, keys.get(id)[0])))}.`,
    draw: width => heat(canvas(width, 60 + Math.max(5, Math.min(22, 900 / ids.length)) * ids.length, left(ids)),
      ids.flatMap(id => keys.get(id).map(row => ({ x: row.k, y: id, value: share(id, row), run: rowOf(id), tip: runText(rowOf(id), `frequency ${row.k}: ${percent(share(id, row))}`) }))),
      ks, ids, { xLabel: "frequency k", yLabel: "", yName: rowName, colour: shaded(d3.max(ids, id => share(id, keys.get(id)[0]))), small: true, format: String }) });
  if (pca) circles(body, pca, keys);
  if (clusters) {
    const of = ofChosen(clusters.objects()).filter(row => row.size > 0), all = d3.sort(new Set(of.map(row => row.run_id)), id => rowOf(id));
    const names = evenly(all, 40);
    if (names.length) body.append(element("h3", {}, "Hidden neurons by frequency"));
    if (names.length) figure(body, { name: "clusters", tables: [clusters], data: () => listed(of), caption: `Neurons of the hidden layer by the frequency that explains at least 85 % of their activity; a row for each run that has such, ${runNames()} (● generalises, ○ does not${names.length < all.length ? `; ${names.length} of ${all.length}, evenly chosen` : ""}). ${shadedIs()} is more, up to ${counted(d3.max(of, row => row.size), "neuron")}.`,
      draw: width => heat(canvas(width, 60 + Math.max(8, Math.min(22, 700 / names.length)) * names.length, left(names)),
        of.filter(row => names.includes(row.run_id)).map(row => ({ x: row.k, y: row.run_id, value: row.size, run: rowOf(row.run_id), tip: runText(rowOf(row.run_id), `frequency ${row.k}: ${row.size} neurons`) })),
        ks, names, { xLabel: "frequency k", yLabel: "", yName: rowName, colour: shaded(d3.max(of, row => row.size)), small: true, format: String }) });
  }
  const counts = every.map(id => { let sum = 0, count = 0; for (const row of keys.get(id)) { if (sum >= .8) break; sum += share(id, row); count++; } return count; });
  return `${d3.median(counts)} of ${ks.length} frequencies hold 80 % of the embedding's squared norm (median of ${counted(every.length, "run")}${some})` + sameBySeed(every, id => keys.get(id)[0].k);
}

/** Whether runs of one seed, which begin alike, choose the same strongest frequency more often than runs of two. */
function sameBySeed(ids, strongest) {
  if (!meta.seeds.includes("seed")) return "";
  const pairs = counts => d3.sum(counts, count => count * (count - 1) / 2);
  const of = key => pairs(d3.rollup(ids, runs => runs.length, key).values()), seed = id => page.runs.at("seed", rowOf(id));
  const [all, sameSeed, sameKey, both] = [() => "", seed, strongest, id => `${seed(id)} ${strongest(id)}`].map(of);
  if (!sameSeed || all === sameSeed) return "";
  return `; two runs of one seed share their strongest in ${percent(both / sameSeed)} of the pairs, two of different seeds in ${percent((sameKey - both) / (all - sameSeed))}`;
}

/** At most so many of a list, from all of its length. */
const evenly = (list, most) => list.length <= most ? list : list.filter((_, i) => Math.floor(i * most / list.length) !== Math.floor((i - 1) * most / list.length));

/** First principal components of embeddings; neighbours in the order of the run's strongest frequency are joined. */
function circles(body, table, keys) {
  const groups = d3.sort(d3.group(ofChosen(table.objects()), row => row.run_id), ([id]) => !observed(rowOf(id)).reached, ([id]) => rowOf(id)).slice(0, 12);
  if (!groups.length) return;
  const planes = [[1, 2], [3, 4]];
  const panels = groups.flatMap(([id, rows]) => {
    const tokens = d3.sort(new Set(rows.map(row => row.token)), Number), p = tokens.filter(token => !isNaN(token)).length;
    const at = new Map(rows.map(row => [row.component + "." + row.token, row.coordinate]));
    return planes.filter(([i]) => at.has(i + "." + tokens[0])).map(([i, j]) => {
      const points = tokens.map(token => ({ token: Number(token), x: at.get(i + "." + token), y: at.get(j + "." + token) })).filter(point => isFinite(point.x) && isFinite(point.y));
      return { id, i, j, p, points, k: windingOf(points, p) };
    });
  });
  body.append(element("h3", {}, "Embeddings on their principal components"));
  figure(body, { name: "circles", tables: [table], data: () => listed(ofChosen(table.objects())),
    caption: `Embedding of each token on pairs of principal components, of ${counted(groups.length, "run")} ${runNames()}, those that generalise first. Tokens are coloured, and joined, in the order of the frequency k that winds them best around the centre, where one does: a circle shows as a ring.`,
    draw: width => {
      const columns = Math.max(1, Math.floor(width / 190)), size = width / columns, rows = Math.ceil(panels.length / columns);
      const svg = d3.create("svg").attr("width", width).attr("height", rows * (size + 22) + 10).attr("font-size", 11).attr("color", theme().ink);
      svg.node().marks = [];
      panels.forEach(({ id, i, j, p, points, k }, n) => {
        const left = n % columns * size, top = Math.floor(n / columns) * (size + 22) + 32, reach = d3.max(points, point => Math.max(Math.abs(point.x), Math.abs(point.y))) * 1.1;
        const scale = d3.scaleLinear([-reach, reach], [6, size - 22]);
        const ordered = k ? d3.sort(points, point => point.token * k % p) : points;
        svg.append("text").attr("x", left).attr("y", top - 18).attr("font-weight", 600).text(runName(rowOf(id)));
        svg.append("text").attr("x", left).attr("y", top - 5).text(`components ${i} and ${j}${k ? `, k = ${k}` : ""}`);
        const group = svg.append("g").attr("class", "panel").attr("transform", `translate(${left},${top})`);
        if (k) group.append("path").attr("fill", "none").attr("stroke", theme().line).attr("d", d3.line(point => scale(point.x), point => scale(-point.y)).curve(d3.curveLinearClosed)(ordered));
        ordered.forEach((point, m) => {
          group.append("circle").attr("class", "mark").attr("cx", scale(point.x)).attr("cy", scale(-point.y)).attr("r", 3).attr("fill", d3.interpolateCividis(isDark() ? .25 + .75 * m / points.length : .85 * m / points.length));
          svg.node().marks.push({ x: left + scale(point.x), y: top + scale(-point.y), run: rowOf(id), text: () => runText(rowOf(id), `token ${point.token}${k ? `, phase ${point.token * k % p} of ${p}` : ""}`) });
        });
      });
      return svg.node();
    } });
}

/** The frequency k at which x + iy is most like a turn of exp(2 pi i k t / p), either way round; 0 where none is. */
function windingOf(points, p) {
  const total = d3.sum(points, point => point.x ** 2 + point.y ** 2) * points.length;
  const share = k => {
    let re = 0, im = 0;
    for (const { token, x, y } of points) {
      const angle = 2 * Math.PI * k * token / p;
      re += x * Math.cos(angle) + y * Math.sin(angle);
      im += y * Math.cos(angle) - x * Math.sin(angle);
    }
    return (re * re + im * im) / total;
  };
  const best = d3.greatest(d3.range(1, p), share);
  return share(best) > .35 ? Math.min(best, p - best) : 0;
}

// ---- Progress measures ----

function progress(body, { progress: table, curves, phases }, redraw) {
  const rows = ofChosen(table.objects()), ids = d3.sort(new Set(rows.map(row => row.run_id)), id => rowOf(id));
  if (!ids.length) return "No chosen run was analysed over steps";
  const label = id => runLabel(rowOf(id));
  const standard = ids.includes(typicalRun()) ? typicalRun() : ids[0], id = state.picked("progress.run", ids, standard);
  body.append(element("div", { class: "controls" }, ...runChoice("progress.run", ids, redraw, standard)));
  const of = rows.filter(row => row.run_id === id), names = isDark() ? NAMED_DARK : NAMED;
  const wanted = [["restricted_loss", "restricted loss"], ["excluded_loss", "excluded loss"], ["answer_excluded_loss", "answer excluded loss"], ["final_restricted_loss", "restricted loss (final keys)"], ["final_excluded_loss", "excluded loss (final keys)"], ["trig_loss", "trigonometric loss"]].filter(([name]) => of.some(row => row.name === name));
  const lines = wanted.map(([name, text], i) => ({ name: text, colour: names[i + 2], dash: DASHES[i], width: 2, points: fromFirst(of.filter(row => row.name === name).map(row => [row.step, row.value])) }));
  if (curves) lines.unshift({ name: "train loss", colour: names[0], dash: "6 3", width: 1.5, points: fromFirst(pointsOf(curves, rowOf(id), "train_loss")) }, { name: "test loss", colour: names[1], width: 1.5, points: fromFirst(pointsOf(curves, rowOf(id), "test_loss")) });
  const phase = phases?.objects().find(row => row.run_id === id), end = d3.max(lines.flatMap(line => line.points), point => point[0]);
  const limits = phase && [phase.memorisation_end, phase.cleanup_start, phase.cleanup_end];
  const shades = () => !phase ? [] : [[1, limits[0] ?? 1, "#0072b2", "memorisation"], [limits[0] ?? 1, limits[1] ?? end, "#e69f00", "circuit formation"], [limits[1] ?? end, limits[2] ?? end, "#009e73", "cleanup"]].filter(([a, b]) => b > a);
  figure(body, { name: "progress", entries: lines.map(line => [line.name, line.colour, line.dash]), tables: [table, phases], data: () => listed(of),
    caption: `Losses (nats) of run ${id} with only its key frequencies (restricted), without them (excluded, on training pairs), without all that is a function of the answer (answer excluded) and with only cosines of a + b - c at them (trigonometric)${phase ? `. Shaded: memorisation until ${(phase.excluded ?? "excluded_loss").replaceAll("_", " ")} is least, then circuit formation, then cleanup, in which the weights shrink` : ""}.`,
    draw: width => multiples(width, [{ title: label(id), lines }], { yLabel: "loss", yLog: true, least: 1e4, shades }) });
  const gini = of.filter(row => row.name.startsWith("gini"));
  if (gini.length) figure(body, { name: "gini", entries: [...new Set(gini.map(row => row.name))].map((name, i) => [name.replaceAll("_", " "), names[i], DASHES[i]]), tables: [table], data: () => listed(gini), caption: "Gini coefficient of the Fourier spectrum over steps: 1 where one frequency holds all.",
    draw: width => multiples(width, [{ title: "Gini coefficient", lines: [...d3.group(gini, row => row.name)].map(([name, of], i) => ({ name, colour: names[i], dash: DASHES[i], width: 2, points: fromFirst(of.map(row => [row.step, row.value])) })) }], { yLabel: "Gini", yDomain: [0, 1], least: 1e4, ratio: .4 }) });
  const firstMeasured = d3.min(of.filter(row => row.step > 0), row => row.step);
  const begin = limits?.[0] === 0 ? `memorisation ends before the first measurement (${step(firstMeasured)}), ` : "";
  return phase ? `Run ${id.slice(0, 8)}: ${begin}` + [[limits[0] || null, "memorisation ends at"], [limits[1], "cleanup begins at"], [limits[2], "and ends at"]].filter(([at]) => at !== null).map(([at, what]) => `${what} ${step(at)}`).join(", ") : `Progress measures of ${counted(ids.length, "run")}`;
}

function leadTimes(body, { lead_times: table }) {
  const known = table.objects().filter(row => row.ratio_median > 0 && row.ratio_low !== null && row.ratio_high !== null && !row.analysis.startsWith("llc"));
  if (!known.length) return "";
  const alike = [...d3.group(known, row => `${row.ratio_median} ${row.ratio_low} ${row.ratio_high}`).values()], rows = alike.map(([row]) => row).slice(0, MOST_LEADS);
  const names = alike.map(of => { const first = `${of[0].analysis} ${of[0].measure}`.replaceAll("_", " "); return of.length > 1 ? `${first.slice(0, 38)} and ${of.length - 1} more` : first; });
  const all = i => alike[i].map(row => `${row.analysis} ${row.measure}`).join("\n");
  figure(body, { name: "lead_times", tables: [table], data: () => listed(table.objects()),
    caption: `When each measurement has gone half of the way from its first value to its last, as a share of the run's grok step: medians over runs with intervals of 95 %. Left of the dashed line this comes before the grok step. Measurements with the same numbers share a line${alike.length > rows.length ? `; the first ${rows.length} of ${alike.length} lines` : ""}. Of all runs that generalise: filters do not act on it.`,
    draw: width => forest(canvas(width, 60 + 20 * rows.length, { left: Math.min(330, width * .45) }), rows.map((row, i) => ({ name: names[i], value: row.ratio_median, low: row.ratio_low, high: row.ratio_high, tip: `${all(i)}\nhalf way at ${shown(row.ratio_median)} grok steps [${shown(row.ratio_low)}, ${shown(row.ratio_high)}]\nbefore the grok step in ${row.earlier} of ${row.runs} runs` })), "step of half way / grok step", { reference: 1, xLog: true }) });
  const sure = known.filter(row => row.ratio_high !== null && row.ratio_high < 1), first = sure[0] ?? known[0];
  return `${sure.length} of ${counted(known.length, "measurement")} are half way before the grok step with their whole interval, among the first ${first.analysis} ${first.measure} (at ${d3.format(".2~g")(first.ratio_median)} of the grok step)`;
}

const MOST_LEADS = 40;

// ---- Algorithms ----

function algorithms(body, { clock_or_pizza: table, measured }, redraw) {
  const rows = ofChosen(table.objects()).filter(row => row.gradient_symmetricity !== null && row.distance_irrelevance !== null);
  if (!rows.length) return "";
  const names = axisNames().filter(name => name !== SWEEP), by = state.picked("algorithm.colour", [...names, NONE]), axis = by === NONE ? undefined : by;
  const colour = colours(axis), verdicts = [...new Set(rows.map(row => row.verdict ?? "neither"))];
  const shapes = [d3.symbolCircle, d3.symbolTriangle, d3.symbolSquare, d3.symbolDiamond];
  const { gradientSymmetricity, distanceIrrelevance } = meta.boundaries;
  body.append(element("div", { class: "controls" }, choice("colour", "algorithm.colour", [...names, NONE], redraw), verdicts.map((name, i) => ["●", "▲", "■", "◆"][i] + " " + verdictName(name)).join("  ")));
  figure(body, { name: "clock_or_pizza", entries: axis ? page.axisOf(axis).values.map(value => [valued(axis, value), colour(value)]) : [], tables: [table], data: () => listed(rows),
    caption: `Gradient symmetricity against distance irrelevance of each run (Zhong et al. 2023). Dashed lines part the verdicts: a pizza lies to the right of ${gradientSymmetricity} and below ${distanceIrrelevance}, a clock to the left and above; elsewhere it is neither. A run that has not generalised has no verdict: it can lie where clocks do.`,
    draw: width => scatter(canvas(Math.min(width, 760), 400), rows.map(row => ({ x: row.gradient_symmetricity, y: row.distance_irrelevance, colour: colour(axis ? page.runs.at(axis, rowOf(row.run_id)) : undefined), shape: shapes[verdicts.indexOf(row.verdict ?? "neither") % 4], run: rowOf(row.run_id), tip: runText(rowOf(row.run_id), `${row.verdict}: gradient symmetricity ${shown(row.gradient_symmetricity)}, distance irrelevance ${shown(row.distance_irrelevance)}`) })), "gradient symmetricity", "distance irrelevance", { domain: [Math.min(0, d3.min(rows, row => row.gradient_symmetricity)), 1], limits: [gradientSymmetricity, distanceIrrelevance] }) });
  if (measured) measuredCourse(body, measured, axis, colour);
  const learned = rows.filter(row => row.verdict !== "not_learned").map(row => row.verdict ?? "neither");
  if (!learned.length) return `None of ${counted(rows.length, "analysed run")} has generalised`;
  const share = name => { const count = learned.filter(one => one === name).length, [low, high] = wilson(count, learned.length); return `${count} ${count === 1 ? "is a " + name : `are ${name}s`} (95 %: ${percent(low)} to ${percent(high)})`; };
  return `Of ${counted(learned.length, "analysed run")} that ${learned.length === 1 ? "generalises" : "generalise"}, ${share("clock")}, ${share("pizza")}`;
}

const verdictName = name => name === "not_learned" ? "not generalised" : name;

/** The measures that tell algorithms apart, over training. */
function measuredCourse(body, table, axis, colour) {
  const rows = ofChosen(table.objects()), dash = dashes(axis);
  const panels = [...d3.group(rows, row => `${row.analysis} ${row.name}`.replaceAll("_", " "))].map(([title, of]) => {
    const lines = [...d3.group(of, row => row.run_id)].map(([id, points]) => ({ row: rowOf(id), points: fromFirst(points.map(row => [row.step, row.value])) })).filter(line => line.points.length > 1);
    return { title, lines: [...lines.map(({ row, points }) => ({ points, run: row, opacity: Math.max(.18, Math.min(.8, 6 / lines.length)), colour: colour(axis ? page.runs.at(axis, row) : undefined) })), ...medians(lines, axis, colour, dash)] };
  }).filter(panel => panel.lines.length);
  if (panels.length) figure(body, { name: "measured", entries: axis ? page.axisOf(axis).values.map(value => [valued(axis, value), colour(value), dash(value)]) : [], tables: [table], data: () => listed(rows),
    caption: "The measures over training, a thin line a run; bold: medians.", draw: width => multiples(width, panels, { yLabel: "value", least: 300 }) });
}

function censusMap(body, { census: table }, redraw) {
  const all = table.objects().filter(isChosen), [across, up] = ["train_fraction", "weight_decay"];
  if (!all.some(row => row.measured > 0) || !(across in all[0])) return "";
  const others = page.axes.filter(axis => axis.name in all[0] && ![across, up].includes(axis.name));
  const cells = d3.group(all, row => others.map(axis => valued(axis.name, row[axis.name])).join(", "));
  const cell = state.picked("census.cell", [...cells.keys()]), rows = cells.get(cell);
  if (cells.size > 1) body.append(element("div", { class: "controls" }, choice("of", "census.cell", [...cells.keys()], redraw)));
  const measuredRows = rows.filter(row => row.measured > 0), distinct = name => d3.sort(new Set(rows.map(row => row[name])));
  const share = row => row.measured ? row.clock : NaN;
  figure(body, { name: "census", tables: [table], data: () => listed(all),
    caption: "Share of clocks among the analysed runs of each cell that generalise; below it, how many of all do. A stroke: none to analyse.",
    draw: width => heat(canvas(Math.min(width, 160 + 120 * distinct(across).length), 70 + 62 * distinct(up).length, { left: 100 }), rows.map(row => ({ x: row[across], y: row[up], value: share(row),
      text: [row.measured ? `clock ${percent(row.clock)}` : "–", `${row.generalised}/${row.runs} generalise`], tip: `${cellName(row)}\n${row.measured} analysed: clock ${shown(row.clock)}, pizza ${shown(row.pizza)}, neither ${shown(row.neither)}\n${row.generalised} of ${row.runs} generalise` })),
      distinct(across), distinct(up).reverse(), { xLabel: across, yLabel: up, colour: shaded(1) }) });
  const total = d3.sum(measuredRows, row => row.measured), clocks = d3.sum(measuredRows, row => row.clock * row.measured), pizzas = d3.sum(measuredRows, row => row.pizza * row.measured);
  return `${cell ? `With ${cell}: of` : "Of"} ${counted(total, "analysed run")} that ${total === 1 ? "generalises" : "generalise"}, ${Math.round(clocks)} learned the clock, ${Math.round(pizzas)} the pizza, in ${counted(measuredRows.length, "cell")}`;
}

// ---- The local learning coefficient ----

const VERDICTS_MEAN = { sound: "passes every check", not_a_minimum: "lower losses are near, so the weights are no minimum", unmixed: "chains, or their beginnings and ends, disagree",
  too_short: "too few effective draws", diverged: "a chain left for infinity" };
const VERDICTS = ["sound", "not_a_minimum", "unmixed", "too_short", "diverged"];

function coefficients(body, { llc_checkpoints: table, llc: cells }) {
  const rows = table.objects().filter(row => isChosen(row));
  const known = rows.filter(row => (row.llc ?? row.unverified) !== null);
  if (!known.length) return "";
  const value = row => row.llc ?? row.unverified, names = isDark() ? NAMED_DARK : NAMED, present = VERDICTS.filter(name => known.some(row => row.verdict === name));
  const steps = new Set(known.map(row => row.step));
  const shapes = [d3.symbolCircle, d3.symbolTriangle, d3.symbolSquare, d3.symbolDiamond, d3.symbolCross];
  figure(body, { name: "llc", entries: present.map(name => [name.replaceAll("_", " "), names[VERDICTS.indexOf(name)]]), tables: [table], data: () => listed(rows),
    caption: `Local learning coefficient of each checkpoint, by step. ${present.map(name => `${name.replaceAll("_", " ")}: ${VERDICTS_MEAN[name]}`).join("; ")}. Only a sound estimate is one.`,
    draw: width => scatter(canvas(Math.min(width, 900), 400), known.map(row => ({ x: row.step, y: value(row), colour: names[Math.max(0, VERDICTS.indexOf(row.verdict))], shape: shapes[Math.max(0, VERDICTS.indexOf(row.verdict))], run: row.run_id ? rowOf(row.run_id) : undefined,
      tip: `${row.run_id ? runText(rowOf(row.run_id)) : cellName(row)}\n${row.analysis} at ${step(row.step)}: ${shown(value(row))}, ${row.verdict}` })), STEPS, "local learning coefficient", { xLog: steps.size > 3 }) });
  const courses = [...byCell((cells?.objects() ?? []).filter(row => isChosen(row) && row.llc !== null), row => row.analysis)].filter(([, of]) => of.length > 2);
  if (courses.length) {
    const lines = courses.slice(0, names.length).map(([name, of], i) => ({ name, colour: names[i], dash: DASHES[i], width: 2, points: fromFirst(of.map(row => [row.step, row.llc])) }));
    figure(body, { name: "llc_course", entries: lines.map(line => [line.name, line.colour, line.dash]), tables: [cells], data: () => listed(cells.objects()),
      caption: "Median local learning coefficient of the sound estimates of each cell over training.", draw: width => multiples(width, [{ title: "local learning coefficient", lines }], { yLabel: "coefficient", least: 1e4 }) });
  }
  const sound = known.filter(row => row.verdict === "sound");
  if (!sound.length) return `No estimate of the local learning coefficient is sound (of ${known.length})`;
  const axis = page.axes.find(axis => axis.name in sound[0] && new Set(sound.map(row => row[axis.name])).size > 1);
  const groups = axis ? d3.rollups(sound, of => d3.median(of, value), row => row[axis.name]) : [];
  return `${sound.length} of ${known.length} estimates of the local learning coefficient are sound`
    + (axis ? `; medians ${d3.sort(groups, ([name]) => name).map(([name, median]) => `${shown(median)} at ${valued(axis.name, name)}`).join(", ")}` : `: median ${shown(d3.median(sound, value))}`);
}

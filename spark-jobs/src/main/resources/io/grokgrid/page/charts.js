// The kinds of pictures. Every one gives an SVG element of its width, with `marks` that can be pointed at.

const STEPS = "step (updates)";

/** An SVG of a size with a group inside its margins, which is this many units wide and high. */
function canvas(width, height, { top = 12, right = 16, bottom = 44, left = 64 } = {}) {
  const svg = d3.create("svg").attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`)
    .attr("font-size", 12).attr("color", theme().ink);
  svg.node().marks = [];
  return { svg, left, top, width: width - left - right, height: height - top - bottom,
    inside: svg.append("g").attr("transform", `translate(${left},${top})`) };
}

/** A scale of steps or other positive numbers: logarithmic if they span more than a factor of 8. */
function positive(values, range, isLog = true) {
  const [least, most] = d3.extent(values.filter(value => value > 0 && isFinite(value)));
  if (least === undefined) return d3.scaleLinear([0, 1], range);
  if (!isLog || most / least < 8) return d3.scaleLinear([0, most], range).nice();
  return d3.scaleLog([least / 1.1, most * 1.1], range).clamp(true);
}

const isLogScale = scale => "base" in scale;

/** Ticks of a logarithmic axis at powers of ten, with 2 and 5 where there is room. */
function ticks(scale, size) {
  const short = value => value >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? d3.format(".1~e")(value)
    : value >= 1e4 ? d3.format(",~r")(value / 1000) + "k" : d3.format(",.4~g")(value);
  if (!isLogScale(scale)) return [scale.ticks(Math.max(2, size / 70)), short];
  const [a, b] = scale.domain().map(Math.log10);
  const room = size / Math.max(.1, b - a);
  const steps = room > 150 ? [1, 2, 5] : [1];
  let marks = d3.range(Math.floor(a), Math.ceil(b) + 1).flatMap(k => steps.map(m => Number(m + "e" + k)))
    .filter(value => value >= scale.domain()[0] * .999 && value <= scale.domain()[1] * 1.001);
  while (marks.length > 2 && size / marks.length < 32) marks = marks.filter((_, i) => i % 2 === 0);
  return [marks, short];
}

function axes({ inside, width, height }, x, y, xLabel, yLabel, { grid = true, xTicks, yTicks = xTicks, small = false } = {}) {
  const { line, soft } = theme();
  const style = group => group.attr("color", soft).attr("font-size", small ? 10 : 11).call(g => g.select(".domain").attr("stroke", line));
  const place = (scale, axis, size) => {
    if (scale.bandwidth) return axis;
    const [values, format] = ticks(scale, size);
    return axis.tickValues(values).tickFormat(format);
  };
  const bottom = inside.append("g").attr("transform", `translate(0,${height})`)
    .call(place(x, d3.axisBottom(x).tickSizeOuter(0), width)).call(style);
  if (xTicks) bottom.selectAll("text").text(xTicks);
  const side = inside.append("g").call(place(y, d3.axisLeft(y).tickSizeOuter(0), height)).call(style);
  if (y.bandwidth && yTicks) side.selectAll("text").text(yTicks);
  if (grid && !y.bandwidth)
    side.selectAll(".tick").append("line").attr("x2", width).attr("stroke", line).attr("stroke-opacity", .6).attr("stroke-width", .5);
  const label = text => inside.append("text").attr("fill", soft).attr("font-size", small ? 10 : 12).text(text);
  if (xLabel) label(xLabel).attr("text-anchor", "middle").attr("x", width / 2).attr("y", height + (small ? 28 : 38));
  if (yLabel) label(yLabel).attr("text-anchor", "middle").attr("transform", `translate(${small ? -44 : -50},${height / 2}) rotate(-90)`);
}

/** A spread of marks beside each other that is the same every time. */
const jitter = index => ((index * 0.6180339887) % 1) - .5;

/**
 * When runs grok, by the values of an axis: a dot a run, open triangles at the last step of those that
 * did not, a bar at the Kaplan-Meier median, a line from quartile to quartile.
 *
 * @param groups [{value, runs: [row], curve}]
 */
function grokDots(frame, groups, axis, colourAxis, colour) {
  const all = groups.flatMap(group => group.runs.map(observed)).map(one => one.time);
  const x = d3.scaleBand(groups.map(group => written(group.value)), [0, frame.width]).padding(.15);
  const y = positive(all, [frame.height, 0]);
  axes(frame, x, y, axis, STEPS, { xTicks: text => shown(isNaN(text) || text === "" ? text : Number(text)) });
  const { ink } = theme(), half = x.bandwidth() / 2;
  for (const group of groups) {
    const centre = x(written(group.value)) + half;
    group.runs.forEach((row, i) => {
      const one = observed(row), spread = Math.min(half * .8, 60);
      const at = [centre + jitter(i + 1) * 2 * spread * .9, y(one.time)];
      const fill = colour(colourAxis ? valuesOf(colourAxis, row)[0] : undefined);
      frame.inside.append("path").attr("class", "mark")
        .attr("d", d3.symbol(one.reached ? d3.symbolCircle : d3.symbolTriangle, one.reached ? 38 : 46)())
        .attr("transform", `translate(${at})`).attr("fill", one.reached ? fill : "none").attr("fill-opacity", .75)
        .attr("stroke", fill).attr("stroke-width", one.reached ? .5 : 1.5);
      frame.svg.node().marks.push({ x: at[0] + frame.left, y: at[1] + frame.top, run: row,
        text: () => runText(row, one.reached ? `groks at ${step(one.time)}` : `not by ${step(one.time)}`) });
    });
    const { p25, median, p75 } = group.quantiles;
    if (!isNaN(p25)) frame.inside.append("line").attr("x1", centre).attr("x2", centre).attr("stroke", ink).attr("stroke-width", 1.5)
      .attr("y1", y(p25)).attr("y2", isNaN(p75) ? y(d3.max(all)) : y(p75)).attr("stroke-dasharray", isNaN(p75) ? "3 3" : null);
    if (!isNaN(median)) frame.inside.append("line").attr("class", "median").attr("x1", centre - half * .7).attr("x2", centre + half * .7)
      .attr("y1", y(median)).attr("y2", y(median)).attr("stroke", ink).attr("stroke-width", 3);
  }
  return frame.svg.node();
}

/** The share of runs that have not grokked by each step, one line a group, bands of 95 %. */
function survival(frame, groups, colour, dash) {
  const last = d3.max(groups, group => d3.max(group.runs, row => observed(row).time));
  const x = positive([...groups.flatMap(group => group.curve.map(knot => knot.time)), last], [0, frame.width]);
  const y = d3.scaleLinear([0, 1], [frame.height, 0]);
  axes(frame, x, y, STEPS, "share not yet grokked");
  for (const group of groups) {
    const stroke = colour(group.value), start = isLogScale(x) ? x.domain()[0] : 0;
    const end = d3.max(group.runs, row => observed(row).time);
    const points = [{ time: start, survival: 1, low: 1, high: 1 }, ...group.curve];
    points.push({ ...points.at(-1), time: end });
    const banded = points.filter(point => !isNaN(point.low));
    frame.inside.append("path").datum(banded).attr("fill", stroke).attr("fill-opacity", .13)
      .attr("d", d3.area(point => x(point.time), point => y(point.low), point => y(point.high)).curve(d3.curveStepAfter));
    frame.inside.append("path").datum(points).attr("class", "mark").attr("fill", "none").attr("stroke", stroke).attr("stroke-width", 2.2)
      .attr("stroke-dasharray", dash(group.value))
      .attr("d", d3.line(point => x(point.time), point => y(point.survival)).curve(d3.curveStepAfter));
    for (const row of group.runs.filter(row => !observed(row).reached)) {
      const time = observed(row).time, height = y(points.findLast(point => point.time <= time)?.survival ?? 1);
      frame.inside.append("line").attr("x1", x(time)).attr("x2", x(time)).attr("y1", height - 4).attr("y2", height + 4).attr("stroke", stroke);
    }
    for (const knot of group.curve) frame.svg.node().marks.push({ x: x(knot.time) + frame.left, y: y(knot.survival) + frame.top,
      text: () => `${group.label}\n${step(knot.time)}: ${percent(knot.survival)} not yet grokked\n`
        + (isNaN(knot.low) ? "" : `95 %: ${percent(knot.low)} to ${percent(knot.high)}\n`) + `${knot.atRisk} at risk before` });
  }
  return frame.svg.node();
}

/**
 * A heat map of named rows and columns.
 *
 * @param cells [{x, y, value, text: [lines], shares?: [[share, colour]], tip, run?}], value NaN has a stroke
 */
function heat(frame, cells, xs, ys, { xLabel, yLabel, colour, small = false, format = shown, yName }) {
  const x = d3.scaleBand(xs.map(written), [0, frame.width]).padding(small ? 0 : .04);
  const y = d3.scaleBand(ys.map(written), [0, frame.height]).padding(small ? 0 : .04);
  const values = new Map([...xs, ...ys].map(value => [written(value), value]));
  const name = text => {
    const value = values.get(text), long = typeof value === "number" ? format(value) : text;
    return long.length > 16 ? long.slice(0, 15) + "…" : long;
  };
  axes(frame, x, y, xLabel, yLabel, { xTicks: name, yTicks: yName ?? name, small });
  const thin = (group, size) => {
    const marks = group.selectAll(".tick").nodes(), every = Math.ceil(marks.length * 26 / size);
    marks.forEach((mark, i) => { if (i % every) mark.remove(); });
  };
  const groups = frame.inside.selectAll(":scope > g");
  thin(d3.select(groups.nodes()[0]), frame.width);
  thin(d3.select(groups.nodes()[1]), frame.height * 1.6);
  const { soft, line } = theme();
  for (const cell of cells) {
    const left = x(written(cell.x)), top = y(written(cell.y));
    const isBlank = cell.value === null || isNaN(cell.value), fill = isBlank ? "none" : colour(cell.value);
    frame.inside.append("rect").attr("class", "mark").attr("x", left).attr("y", top)
      .attr("width", Math.max(.5, x.bandwidth())).attr("height", Math.max(.5, y.bandwidth()))
      .attr("fill", fill).attr("stroke", isBlank ? line : "none");
    if (isBlank && !small) frame.inside.append("line").attr("x1", left).attr("y1", top + y.bandwidth())
      .attr("x2", left + x.bandwidth()).attr("y2", top).attr("stroke", line);
    let from = left;
    for (const [share, colour] of cell.shares ?? []) {
      frame.inside.append("rect").attr("x", from).attr("y", top + y.bandwidth() - 6).attr("width", share * x.bandwidth()).attr("height", 6)
        .attr("fill", colour).attr("stroke", theme().paper).attr("stroke-width", .8);
      from += share * x.bandwidth();
    }
    const lines = cell.text ?? [];
    lines.forEach((text, i) => frame.inside.append("text").attr("text-anchor", "middle").attr("x", left + x.bandwidth() / 2)
      .attr("y", top + y.bandwidth() / 2 + 4 + (i - (lines.length - 1) / 2) * 15).attr("font-size", i ? 11 : 13)
      .attr("font-weight", i ? null : 600).attr("fill", isBlank ? soft : d3.lab(fill).l > 55 ? "#14171a" : "#ffffff").text(text));
    frame.svg.node().marks.push({ x: left + x.bandwidth() / 2 + frame.left, y: top + y.bandwidth() / 2 + frame.top, run: cell.run, text: () => cell.tip });
  }
  return frame.svg.node();
}

/** Shares, from paper to full. */
const shaded = most => d3.scaleSequential([0, most], isDark() ? d3.interpolateRgb("#1e2328", "#9fd3ff") : d3.interpolateRgb("#f3f6f9", "#08306b"));

const shadedIs = () => isDark() ? "Lighter" : "Darker";

/** Colours from the least to the largest value. */
function scaled(values, isLog) {
  const finite = values.filter(value => isFinite(value) && value !== null && (!isLog || value > 0));
  const [least, most] = d3.extent(finite);
  if (least === undefined) return () => theme().line;
  const interpolate = t => d3.interpolateCividis(isDark() ? .15 + .85 * t : t);
  return least === most ? () => interpolate(.5)
    : (isLog ? d3.scaleSequentialLog : d3.scaleSequential)([least, most], interpolate);
}

/**
 * Lines over steps in small multiples.
 *
 * @param aligned how many panels belong side by side, if so many fit
 * @param panels [{title, lines: [{points: [[step, value]], colour, dash, width, opacity, run, name}], marks: [[step, colour]], reached: [[step, name]]}]
 * @param level a value with a line across
 */
function multiples(width, panels, { yLabel, yLog, yDomain, xLog = true, least = 250, ratio = .72, shades = () => [], aligned, level }) {
  const most = Math.max(1, Math.min(panels.length, Math.floor(width / least)));
  const columns = aligned <= most ? aligned : most;
  const across = width / columns, down = Math.max(150, Math.min(panels.length === 1 ? 420 : 280, across * ratio));
  const rows = Math.ceil(panels.length / columns);
  const svg = d3.create("svg").attr("width", width).attr("height", rows * down).attr("viewBox", `0 0 ${width} ${rows * down}`)
    .attr("font-size", 11).attr("color", theme().ink);
  const node = svg.node();
  node.marks = [];
  const points = panels.flatMap(panel => panel.lines.flatMap(line => line.points));
  const margin = { top: 24, right: 10, bottom: 36, left: 60 };
  const inner = { width: across - margin.left - margin.right, height: down - margin.top - margin.bottom };
  const xs = points.map(point => point[0]);
  const x = xLog ? positive(xs, [0, inner.width]) : d3.scaleLinear(d3.extent(xs), [0, inner.width]).nice();
  if (isLogScale(x)) x.clamp(true);
  const ys = points.map(point => point[1]).filter(isFinite);
  const y = yDomain ? d3.scaleLinear(yDomain, [inner.height, 0])
    : yLog ? positive(ys, [inner.height, 0]) : d3.scaleLinear(d3.extent(ys), [inner.height, 0]).nice();
  /** A word beside an upright line, on the side that has room. */
  const named = (inside, text, at, height) => inside.append("text").attr("font-size", 10).attr("fill", theme().ink).attr("y", height)
    .attr("paint-order", "stroke").attr("stroke", theme().paper).attr("stroke-width", 3).attr("stroke-linejoin", "round")
    .attr("x", at + 6 * text.length > inner.width ? at - 3 : at + 3).attr("text-anchor", at + 6 * text.length > inner.width ? "end" : "start").text(text);
  const above = isLogScale(y) ? value => value > 0 && isFinite(value) : isFinite;
  panels.forEach((panel, index) => {
    const left = index % columns * across + margin.left, top = Math.floor(index / columns) * down + margin.top;
    const inside = svg.append("g").attr("transform", `translate(${left},${top})`).attr("class", "panel");
    const words = [];
    shades(panel).forEach(([from, to, fill, label], i) => {
      inside.append("rect").attr("x", x(from)).attr("width", Math.max(0, x(to) - x(from))).attr("height", inner.height)
        .attr("fill", fill).attr("fill-opacity", .14);
      words.push([label, x(from), 11 + 13 * i]);
    });
    axes({ inside, ...inner }, x, y, index + columns >= panels.length ? STEPS : "", index % columns ? "" : yLabel, { small: true });
    inside.append("text").attr("y", -8).attr("font-weight", 600).text(panel.title.length > across / 6.2 ? panel.title.slice(0, across / 6.2 - 1) + "…" : panel.title)
      .append("title").text(panel.title);
    if (level !== undefined) inside.append("line").attr("class", "level").attr("x2", inner.width).attr("y1", y(level)).attr("y2", y(level)).attr("stroke", theme().soft).attr("stroke-width", .8);
    (panel.reached ?? []).forEach(([at, name], i) => {
      inside.append("line").attr("class", "reached").attr("x1", x(at)).attr("x2", x(at)).attr("y2", inner.height).attr("stroke", theme().soft).attr("stroke-dasharray", "1 3");
      words.push([name, x(at), inner.height / 2 + 13 * i]);
    });
    for (const line of panel.lines) {
      const kept = thinned(line.points, x, y, above);
      if (!kept.length) continue;
      inside.append("path").attr("class", line.name ? "median" : "mark").attr("fill", "none").attr("stroke", line.colour)
        .attr("stroke-width", line.width ?? 1).attr("stroke-opacity", line.opacity ?? 1).attr("stroke-dasharray", line.dash ?? null)
        .attr("stroke-linejoin", "round").attr("d", "M" + kept.map(([step, value]) => Math.round(x(step) * 10) / 10 + "," + Math.round(y(value) * 10) / 10).join("L"));
      if (kept.length === 1) inside.append("circle").attr("r", 3).attr("cx", x(kept[0][0])).attr("cy", y(kept[0][1])).attr("fill", line.colour);
      const few = Math.ceil(kept.length / 60);
      kept.forEach(([at, value], i) => {
        if (i % few === 0 || i === kept.length - 1) node.marks.push({ x: left + x(at), y: top + y(value), run: line.run, line: { kept, left, top },
          text: () => (line.run === undefined ? line.name : runText(line.run)) + `\n${step(at)}: ${shown(value)}` });
      });
    }
    for (const [text, at, height] of words) named(inside, text, at, height);
    for (const [at, colour] of panel.marks ?? [])
      inside.append("path").attr("class", "spike").attr("d", d3.symbol(d3.symbolTriangle, 20)()).attr("fill", colour)
        .attr("transform", `translate(${x(at)},4) rotate(180)`);
  });
  const over = svg.append("path").attr("fill", "none").attr("stroke", theme().ink).attr("stroke-width", 2).attr("pointer-events", "none");
  node.highlight = mark => over.attr("d", mark?.line ? "M" + mark.line.kept.map(([step, value]) =>
    (mark.line.left + x(step)) + "," + (mark.line.top + y(value))).join("L") : null);
  return node;
}

/** Of a line's points what a picture of this size can show: the least and the largest of each pixel. */
function thinned(points, x, y, above) {
  const kept = [];
  let pixel = NaN, low, high, first;
  const flush = () => {
    if (!first) return;
    const both = low === high ? [low] : low[0] < high[0] ? [low, high] : [high, low];
    kept.push(...both);
  };
  for (const point of points) {
    if (!above(point[1])) continue;
    const at = Math.round(x(point[0]));
    if (at !== pixel) {
      flush();
      pixel = at;
      first = low = high = point;
    } else if (point[1] < low[1]) low = point;
    else if (point[1] > high[1]) high = point;
  }
  flush();
  return kept;
}

/** Dots of two measures against each other. */
function scatter(frame, dots, xLabel, yLabel, { xLog = false, domain, limits } = {}) {
  const scale = (values, range, isLog) => isLog ? positive(values, range) : domain ? d3.scaleLinear(domain, range) : d3.scaleLinear(d3.extent(values), range).nice();
  const x = scale(dots.map(dot => dot.x), [0, frame.width], xLog), y = scale(dots.map(dot => dot.y), [frame.height, 0], false);
  axes(frame, x, y, xLabel, yLabel);
  if (limits) for (const [x1, y1, x2, y2] of [[x(limits[0]), 0, x(limits[0]), frame.height], [0, y(limits[1]), frame.width, y(limits[1])]])
    frame.inside.append("line").attr("class", "limit").attr("x1", x1).attr("y1", y1).attr("x2", x2).attr("y2", y2).attr("stroke", theme().soft).attr("stroke-dasharray", "4 3");
  for (const dot of dots) {
    frame.inside.append("path").attr("class", "mark").attr("d", d3.symbol(dot.shape ?? d3.symbolCircle, 45)())
      .attr("transform", `translate(${x(dot.x)},${y(dot.y)})`).attr("fill", dot.colour).attr("fill-opacity", .7).attr("stroke", dot.colour);
    frame.svg.node().marks.push({ x: x(dot.x) + frame.left, y: y(dot.y) + frame.top, run: dot.run, text: () => dot.tip });
  }
  return frame.svg.node();
}

/** Points with an interval each, one a row. */
function forest(frame, rows, xLabel, { reference, xLog } = {}) {
  const ends = rows.flatMap(row => [row.value, row.low, row.high]).filter(value => value !== null && isFinite(value));
  const x = xLog ? positive(ends, [0, frame.width]) : d3.scaleLinear(d3.extent([...ends, reference ?? ends[0]]), [0, frame.width]).nice();
  const y = d3.scaleBand(rows.map(row => row.name), [0, frame.height]).padding(.3);
  axes(frame, x, y, xLabel, "", { xTicks: undefined });
  const { ink, soft, accent } = theme();
  if (reference !== undefined) frame.inside.append("line").attr("x1", x(reference)).attr("x2", x(reference)).attr("y2", frame.height).attr("stroke", soft).attr("stroke-dasharray", "4 3");
  for (const row of rows) {
    const middle = y(row.name) + y.bandwidth() / 2;
    if (row.low !== null && row.high !== null) frame.inside.append("line").attr("x1", x(row.low)).attr("x2", x(row.high)).attr("y1", middle).attr("y2", middle).attr("stroke", accent).attr("stroke-width", 2);
    frame.inside.append("circle").attr("class", "mark").attr("cx", x(row.value)).attr("cy", middle).attr("r", 5).attr("fill", accent).attr("stroke", ink).attr("stroke-width", .5);
    frame.svg.node().marks.push({ x: x(row.value) + frame.left, y: middle + frame.top, text: () => row.tip });
  }
  return frame.svg.node();
}

// Statistics of the runs that are chosen, as math.KaplanMeier, math.LogRank and math.Confidence have them.

const NORMAL_QUANTILE = 1.959963984540054;

/** The product-limit curve of {time, reached} in any order: [{time, survival, low, high, atRisk}]. */
function kaplanMeier(observations) {
  const sorted = d3.sort(observations, (a, b) => a.time - b.time || b.reached - a.reached);
  const curve = [];
  let survival = 1, greenwood = 0;
  for (let at = 0; at < sorted.length;) {
    const { time } = sorted[at], atRisk = sorted.length - at;
    let events = 0;
    for (; at < sorted.length && sorted[at].time === time; at++) events += sorted[at].reached;
    if (!events) continue;
    survival *= (atRisk - events) / atRisk;
    greenwood += events / (atRisk * (atRisk - events));
    const shifted = normals => survival > 0
      ? survival ** Math.exp(normals * Math.sqrt(greenwood) / Math.log(survival)) : NaN;
    curve.push({ time, survival, atRisk, low: shifted(-NORMAL_QUANTILE), high: shifted(NORMAL_QUANTILE) });
  }
  return curve;
}

function firstAtMost(curve, share, height) {
  return curve.find(knot => knot[height] <= share + 1e-9)?.time ?? NaN;
}

/** Quartiles and median of such a curve, and the interval of the median; NaN where it does not fall so far. */
function quantiles(curve) {
  const of = (quantile, height = "survival") => firstAtMost(curve, 1 - quantile, height);
  return { p25: of(.25), median: of(.5), p75: of(.75), low: of(.5, "low"), high: of(.5, "high") };
}

/** Wilson's interval of 95 % of a share. */
function wilson(successes, trials) {
  if (!trials) return [NaN, NaN];
  const z2 = NORMAL_QUANTILE ** 2, share = successes / trials;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = NORMAL_QUANTILE / (1 + z2 / trials)
    * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/**
 * The log-rank test of k groups (Mantel 1966; Collett 2015, 2.6 and 3.3.2): chi-squared with k - 1
 * degrees of freedom. Groups that nobody is at risk in add none.
 */
function logRank(groups) {
  return logRankWithin([groups.filter(group => group.length)]);
}

/** The same over strata, each of the same k groups: differences and covariances are summed. */
function logRankWithin(strata) {
  const size = (strata[0]?.length ?? 0) - 1;
  if (size < 1) return { chiSquared: 0, freedom: 0, p: NaN };
  const parts = strata.map(groups => observedLessExpected(groups, size));
  const difference = d3.range(size).map(i => d3.sum(parts, part => part.difference[i]));
  const covariance = d3.range(size).map(i => d3.range(size).map(j => d3.sum(parts, part => part.covariance[i][j])));
  const solution = solved(covariance, difference);
  if (!solution) return { chiSquared: 0, freedom: size, p: NaN };
  const chiSquared = d3.sum(difference, (value, i) => value * solution[i]);
  return { chiSquared, freedom: size, p: upperGamma(size / 2, chiSquared / 2) };
}

/** Of the first `size` groups: their events less those that are expected, and the covariance. */
function observedLessExpected(groups, size) {
  const difference = new Array(size).fill(0);
  const covariance = Array.from({ length: size }, () => new Array(size).fill(0));
  const times = d3.sort(new Set(groups.flat().filter(one => one.reached).map(one => one.time)));
  const sorted = groups.map(group => d3.sort(group.map(one => one.time)));
  const bisect = d3.bisector(time => time).left;
  for (const time of times) {
    const atRisk = sorted.map(group => group.length - bisect(group, time));
    const events = groups.map(group => d3.sum(group, one => one.reached && one.time === time));
    const all = d3.sum(atRisk), died = d3.sum(events);
    const factor = all > 1 ? died * (all - died) / (all - 1) : 0;
    for (let i = 0; i < size; i++) {
      difference[i] += events[i] - died * atRisk[i] / all;
      for (let j = 0; j < size; j++)
        covariance[i][j] += factor * atRisk[i] / all * ((i === j) - atRisk[j] / all);
    }
  }
  return { difference, covariance };
}

/**
 * The probability of the rank test of Kruskal and Wallis 1952 (J. Am. Stat. Assoc. 47, 583), which
 * of two groups is that of Mann and Whitney, by chi-squared; corrected for ties.
 */
function kruskalWallis(groups) {
  const present = groups.filter(group => group.length), all = d3.sort(present.flat()), n = all.length;
  if (present.length < 2) return NaN;
  const rank = value => (d3.bisectLeft(all, value) + d3.bisectRight(all, value) + 1) / 2;
  const spread = 12 / (n * (n + 1)) * d3.sum(present, group => d3.sum(group, rank) ** 2 / group.length) - 3 * (n + 1);
  const ties = d3.sum(d3.rollup(all, of => of.length ** 3 - of.length, value => value).values());
  const h = spread / (1 - ties / (n ** 3 - n));
  return isFinite(h) ? upperGamma((present.length - 1) / 2, h / 2) : NaN; // all are equal
}

/** x of A x = b by elimination with pivots, undefined where A has no inverse. */
function solved(matrix, right) {
  const rows = matrix.map((row, i) => [...row, right[i]]), size = rows.length;
  for (let k = 0; k < size; k++) {
    const pivot = d3.greatest(d3.range(k, size), i => Math.abs(rows[i][k]));
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    if (Math.abs(rows[k][k]) < 1e-12) return undefined;
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= size; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return rows.map((row, k) => row[size] / row[k]);
}

/** The regularized upper incomplete gamma function for half-integer a: by its recurrence from erfc or exp. */
function upperGamma(a, x) {
  if (!(x > 0)) return 1;
  const isHalf = a % 1 !== 0;
  let value = isHalf ? erfc(Math.sqrt(x)) : Math.exp(-x);
  let term = isHalf ? Math.sqrt(x / Math.PI) * 2 * Math.exp(-x) : x * Math.exp(-x);
  for (let b = isHalf ? .5 : 1; b < a; b++) {
    value += term;
    term *= x / (b + 1);
  }
  return Math.min(1, value);
}

/** The complementary error function for x >= 0: its series, or its continued fraction (Lentz). */
function erfc(x) {
  if (x < 2) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
      if (n > 200) break;
    }
    return 1 - 2 / Math.sqrt(Math.PI) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

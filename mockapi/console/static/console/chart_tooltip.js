// Tooltip of a chart: values, arrival times, defects and events at the pointer.
import { STATUS_NAMES, INTERVAL_SECONDS, PERIODS, element, formatArrival, formatNumber, formatLocal, formatUtc, secondsOf } from "./dom.js";
import { YEAR } from "./series_loader.js";

const NEAR = 6; // pixels between the pointer and an event
const GAP = 1.6; // intervals: a line ends where readings are further apart

// Return the index of the reading drawn at the time *at*, or -1 if no line is drawn there.
export function readingAt({ dates, gaps, interval }, at) {
  if (gaps.some(([begin, end]) => begin <= at && at < end)) return -1;
  const last = lastIndexBefore(dates, at);
  if (last < 0) return -1;
  const [next, end] = [dates[last + 1], dates[last] + INTERVAL_SECONDS[interval]];
  if (at > end && !(next - dates[last] <= GAP * INTERVAL_SECONDS[interval])) return -1;
  // Only the first reading of each date is drawn.
  return lastIndexBefore(dates, dates[last] - 1) + 1;
}

export function isGap(earlier, later, interval) {
  return later - earlier > GAP * INTERVAL_SECONDS[interval];
}

export function updateTooltip(tooltip, plot, { found, defects, events, site }) {
  const { left } = plot.cursor;
  if (left == null || left < 0) {
    tooltip.replaceChildren();
    return;
  }
  const at = plot.posToVal(left, "x");
  const dots = found.map((each) => ({ each, index: readingAt(each, at) }));
  const latest = Math.max(...dots.map(({ each, index }) => each.dates[index] ?? -Infinity));
  const lines = dots.flatMap(({ each, index }) => {
    const missing = each.gaps.find(([begin, end]) => begin <= at && at < end);
    if (missing) return [element("div", {}, `${each.name}: missing reading`), element("small", { class: "block" }, formatArrival(missing, each.offsets))];
    if (index < 0) return [];
    const status = STATUS_NAMES[each.statuses[index]];
    const date = each.dates[index] === latest ? "" : ` at ${formatLocal(each.offsets, each.dates[index])}`;
    return [
      element("div", {}, `${each.name}: ${formatNumber(each.drawn[index])} ${each.unit ?? ""}${date}`),
      ...details(each, index, at).map((text) => element("small", { class: "block" }, text)),
      element("small", { class: "block" }, `updatedAt ${formatUtc(each.updated_at[index])}${status ? `, ${status}` : ""}`),
    ];
  });
  const active = defects.filter((each) => secondsOf(each.begin) <= at && (!each.end || at < secondsOf(each.end)));
  const tolerance = Math.abs(plot.posToVal(left + NEAR, "x") - at);
  const near = events.filter((each) => Math.abs(secondsOf(each.at) - at) < tolerance);
  tooltip.classList.toggle("left", left > plot.over.clientWidth / 2);
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  tooltip.replaceChildren(
    element("b", {}, `${formatLocal(offsets, Number.isFinite(latest) ? latest : at)} ${site.timezone}`),
    ...lines,
    ...[...new Set(active.map((each) => each.kind))].map((kind) => element("div", { class: "defect" }, `defect: ${kind.replaceAll("_", " ")}`)),
    ...near.map((each) => element("div", { class: "event-name" }, `event: ${each.event.replaceAll("_", " ")}`)),
  );
}

// Return what belongs to a reading: the band and the total of an aggregated one, and the one a year earlier.
function details({ values, lows, highs, counts, unit, is_averaged: isAveraged, earlier, own, interval }, index, at) {
  const texts = [];
  if (counts.length) texts.push(`mean per ${PERIODS[own]}; from ${formatNumber(lows[index])} to ${formatNumber(highs[index])}`);
  if (counts.length && !isAveraged) texts.push(`total ${formatNumber(values[index])} ${unit ?? ""}`);
  const before = earlier ? readingAt(earlier, at - YEAR) : -1;
  if (before >= 0) {
    const value = `${formatNumber(earlier.drawn[before])} ${unit ?? ""}`;
    const isCoarse = earlier.counts.length;
    const mean = isAveraged ? `mean of that ${PERIODS[earlier.interval]}` : `mean per ${PERIODS[own]} of that ${PERIODS[earlier.interval]}`;
    texts.push(`a year earlier: ${value}${isCoarse ? `, ${mean}` : ""}`);
    // The total is that of the same interval only.
    if (counts.length && earlier.interval === interval && !isAveraged) texts.push(`a year earlier: total ${formatNumber(earlier.values[before])} ${unit ?? ""}`);
  }
  return texts;
}

function lastIndexBefore(dates, at) {
  let [low, high] = [0, dates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dates[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

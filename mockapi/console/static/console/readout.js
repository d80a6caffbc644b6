// What stands under the pointer: values, when they arrived, what is wrong and what happened there.
import { CAME, STEPS, element, fate, figure, local, utc } from "./elements.js";

const seconds = (instant) => Date.parse(instant) / 1000;
const NEAR = 6; // pixels

const GAP = 1.6; // steps: a line ends where readings are further apart

// Returns the index of the reading that is drawn at *at*, where the dot stands; -1 where no line is.
export function drawnAt({ dates, gaps, interval }, at) {
  if (gaps.some(([begin, end]) => begin <= at && at < end)) return -1;
  const last = lastBefore(dates, at);
  if (last < 0) return -1;
  const [next, end] = [dates[last + 1], dates[last] + STEPS[interval]];
  if (at > end && !(next - dates[last] <= GAP * STEPS[interval])) return -1;
  // Of readings with one date the first is drawn.
  return lastBefore(dates, dates[last] - 1) + 1;
}

export function isGap(earlier, later, interval) {
  return later - earlier > GAP * STEPS[interval];
}

export function readoutAt(readout, plot, { found, wrong, events }) {
  const { left } = plot.cursor;
  if (left == null || left < 0) {
    readout.replaceChildren();
    return;
  }
  const at = plot.posToVal(left, "x");
  const dots = found.map((each) => ({ each, index: drawnAt(each, at) }));
  const latest = Math.max(...dots.map(({ each, index }) => each.dates[index] ?? -Infinity));
  const lines = dots.flatMap(({ each, index }) => {
    const hole = each.gaps.find(([begin, end]) => begin <= at && at < end);
    if (hole) return [element("div", {}, `${each.name}: no reading`), element("small", { class: "block" }, fate(hole, each.offsets))];
    if (index < 0) return [];
    const came = CAME[each.statuses[index]];
    const date = each.dates[index] === latest ? "" : ` at ${local(each.offsets, each.dates[index])}`;
    return [
      element("div", {}, `${each.name}: ${figure(each.values[index])} ${each.unit ?? ""}${date}`),
      element("small", { class: "block" }, `updatedAt ${utc(each.updated_at[index])}${came ? `, ${came}` : ""}`),
    ];
  });
  const struck = wrong.filter((each) => seconds(each.begin) <= at && (!each.end || at < seconds(each.end)));
  const close = Math.abs(plot.posToVal(left + NEAR, "x") - at);
  const happened = events.filter((each) => Math.abs(seconds(each.at) - at) < close);
  readout.classList.toggle("left", left > plot.over.clientWidth / 2);
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  readout.replaceChildren(
    element("b", {}, local(offsets, Number.isFinite(latest) ? latest : at)),
    ...lines,
    ...[...new Set(struck.map((each) => each.kind))].map((kind) => element("div", { class: "struck" }, `defect: ${kind.replaceAll("_", " ")}`)),
    ...happened.map((each) => element("div", { class: "happened" }, `event: ${each.event.replaceAll("_", " ")}`)),
  );
}

function lastBefore(dates, at) {
  let [low, high] = [0, dates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (dates[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

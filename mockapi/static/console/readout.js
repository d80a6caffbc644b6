// What stands under the pointer: values, when they arrived, what is wrong and what happened there.
import { CAME, element, fate, figure, local, utc } from "./elements.js";

const seconds = (instant) => Date.parse(instant) / 1000;
const NEAR = 6; // pixels

export function readoutAt(readout, plot, { found, wrong, events }) {
  const { left } = plot.cursor;
  if (left == null || left < 0) {
    readout.replaceChildren();
    return;
  }
  const at = plot.posToVal(left, "x");
  const lines = found.flatMap((each) => {
    const hole = each.holes.find(([begin, end]) => begin <= at && at < end);
    if (hole) return [element("div", {}, `${each.name}: no reading`), element("small", { class: "block" }, fate(hole, each.offsets))];
    const index = lastBefore(each.dates, at);
    if (index < 0) return [];
    const came = CAME[each.marks[index]];
    return [
      element("div", {}, `${each.name}: ${figure(each.values[index])} ${each.unit ?? ""}`),
      element("small", { class: "block" }, `updatedAt ${utc(each.updated_at[index])}${came ? `, ${came}` : ""}`),
    ];
  });
  const struck = wrong.filter((each) => seconds(each.begin) <= at && (!each.end || at < seconds(each.end)));
  const close = Math.abs(plot.posToVal(left + NEAR, "x") - at);
  const happened = events.filter((each) => Math.abs(seconds(each.at) - at) < close);
  readout.classList.toggle("left", left > plot.over.clientWidth / 2);
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  readout.replaceChildren(
    element("b", {}, local(offsets, at)),
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

// What is behind a chart: the values, what is wrong with them, and the request that returns them.
import { csv, save } from "./download.js";
import { CAME, element, fate, figure, local, utc, whole } from "./elements.js";

export { save };

const ROWS = 200;
const seconds = (instant) => Date.parse(instant) / 1000;

export function showTable(place, found) {
  const total = found.reduce((sum, each) => sum + each.dates.length, 0);
  if (!total) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No readings."));
    return;
  }
  const head = ["Measurement", "date, local", "Value", "updatedAt, local", "Came"].map((each, index) => element("th", { scope: "col", class: index === 2 ? "number" : null }, each));
  const rows = [];
  const each = Math.max(1, Math.floor(ROWS / found.length));
  for (const series of found) {
    for (let index = 0; index < Math.min(each, series.dates.length); index += 1) {
      rows.push(
        element(
          "tr",
          {},
          element("td", {}, series.name),
          element("td", { class: "time" }, local(series.offsets, series.dates[index])),
          element("td", { class: "number" }, `${figure(series.values[index])} ${series.unit ?? ""}`),
          element("td", { class: "time" }, local(series.offsets, series.updated_at[index])),
          element("td", {}, CAME[series.statuses[index]]),
        ),
      );
    }
  }
  const caption = total > rows.length ? `The first ${rows.length} of ${whole(total)}; the CSV has all.` : `All ${total}.`;
  const table = element("table", { class: "dense" }, element("caption", { class: "caption" }, caption), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  place.replaceChildren(table);
  place.tabIndex = 0;
}

// Defects are of the control API's ground truth; what is absent without one has not arrived yet.
export function showWrong(place, count, wrong, found) {
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  const gaps = found.flatMap((each) => each.gaps.map((hole) => ({ name: each.name, hole }))).sort((a, b) => (a.hole[3] === null) - (b.hole[3] === null));
  const total = (come) => gaps.reduce((sum, { hole }) => sum + ((hole[3] !== null) === come ? hole[2] : 0), 0);
  const told = [
    [wrong.length, wrong.length === 1 ? "defect" : "defects"],
    [total(true), "not arrived yet"],
    [total(false), "never to arrive"],
  ].filter(([number]) => number);
  count.textContent = `(${told.map(([number, what]) => `${whole(number)} ${what}`).join(", ") || "nothing"})`;
  if (!told.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No defect touches what is chosen, and no reading of it is absent."));
    return;
  }
  const item = (what, more, begin, end) =>
    element("li", {}, element("span", { class: "name" }, what, " ", element("small", {}, more)), element("span", { class: "figure" }, element("small", {}, `${local(offsets, begin)} to ${end ? local(offsets, end) : "now"}`)));
  const absent = gaps.map(({ name, hole }) => item(`${name}: ${whole(hole[2])} absent`, fate(hole, offsets), hole[0], hole[1]));
  const waiting = gaps.filter(({ hole }) => hole[3] !== null).length;
  const struck = wrong.map((each) => item(element("code", {}, each.kind), each.effect, seconds(each.begin), each.end && seconds(each.end)));
  const items = [...absent.slice(0, waiting), ...struck, ...absent.slice(waiting)].slice(0, ROWS);
  place.replaceChildren(element("ul", { class: "rows" }, ...items));
  place.tabIndex = 0;
}

export function csvOf(found) {
  const rows = [["date", "value", "updatedAt", "key", "measurement", "unit", "came"]];
  for (const { key, name, unit, dates, values, updated_at, statuses } of found) {
    dates.forEach((date, index) => rows.push([utc(date), values[index], utc(updated_at[index]), key, name, unit ?? "", CAME[statuses[index]]]));
  }
  return csv(rows);
}

// Nothing arrives before the interval that it is of began, nor later than the last that is shown.
export function requestFor(code, { found, site, window, coarse }) {
  let [first, last] = [Infinity, 0];
  for (const series of found) {
    for (const at of series.updated_at) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
  }
  if (!last) [first, last] = window;
  if (coarse) first = Math.min(first, Math.max(window[0], Date.parse(site.begins) / 1000));
  const token = code.textContent.match(/Bearer ([^"]+)/)?.[1] ?? site.token;
  code.textContent = `curl -G -H "Authorization: Bearer ${token}" \\\n  -d "updatedAt[gte]=${utc(first)}" -d "updatedAt[lt]=${utc(last + 1)}" \\\n  ${site.request}`;
}

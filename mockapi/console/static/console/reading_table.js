// Data of a chart: table of values, list of defects and missing readings, CSV, and the API request.
import { csv, save } from "./download.js";
import { STATUS_NAMES, element, formatArrival, formatNumber, formatLocal, formatUtc, formatCount, secondsOf } from "./dom.js";

export { save };

const MAX_ROWS = 200;

export function showTable(place, found) {
  const total = found.reduce((sum, each) => sum + each.dates.length, 0);
  if (!total) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No readings."));
    return;
  }
  const header = ["Measurement", "date, local", "Value", "updatedAt, local", "Status"].map((each, index) => element("th", { scope: "col", class: index === 2 ? "number" : null }, each));
  const rows = [];
  const limit = Math.max(1, Math.floor(MAX_ROWS / found.length));
  for (const series of found) {
    for (let index = 0; index < Math.min(limit, series.dates.length); index += 1) {
      rows.push(
        element(
          "tr",
          {},
          element("td", {}, series.name),
          element("td", { class: "time" }, formatLocal(series.offsets, series.dates[index])),
          element("td", { class: "number" }, `${formatNumber(series.values[index])} ${series.unit ?? ""}`),
          element("td", { class: "time" }, formatLocal(series.offsets, series.updated_at[index])),
          element("td", {}, STATUS_NAMES[series.statuses[index]]),
        ),
      );
    }
  }
  const caption = total > rows.length ? `First ${rows.length} of ${formatCount(total)} readings. The CSV has all.` : `All ${total} readings.`;
  const table = element("table", { class: "dense" }, element("caption", { class: "caption" }, caption), element("thead", {}, element("tr", {}, ...header)), element("tbody", {}, ...rows));
  place.replaceChildren(table);
  place.tabIndex = 0;
}

// List defects, as reported by the control API, and missing readings. Those without a defect have not arrived yet.
export function showDefects(place, count, { defects, found, site }) {
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  const intervals = found.flatMap((each) => each.gaps.map((interval) => ({ name: each.name, interval }))).sort((a, b) => (a.interval[3] === null) - (b.interval[3] === null));
  const missingCount = intervals.reduce((sum, { interval }) => sum + interval[2], 0);
  const counts = [
    [defects.length, "defect"],
    [missingCount, "missing reading"],
  ].filter(([number]) => number);
  count.textContent = `(${counts.map(([number, noun]) => formatCount(number, noun)).join(", ") || "none"})`;
  if (!counts.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "The selected measurements have no defects and no missing readings."));
    return;
  }
  const item = (title, details, begin, end) =>
    element("li", {}, element("span", { class: "name" }, title, " ", element("small", {}, details)), element("button", { type: "button", class: "link figure", title: "Zoom to this time", "data-zoom": [begin, end || secondsOf(site.now)].join() }, element("small", {}, `${formatLocal(offsets, begin)} to ${end ? formatLocal(offsets, end) : "now"}`)));
  const missing = intervals.map(({ name, interval }) => item(`${name}: ${formatCount(interval[2], "missing reading")}`, formatArrival(interval, offsets), interval[0], interval[1]));
  const arriving = intervals.filter(({ interval }) => interval[3] !== null).length;
  const known = defects.map((each) => item(element("code", {}, each.kind), each.effect, secondsOf(each.begin), each.end && secondsOf(each.end)));
  const items = [...missing.slice(0, arriving), ...known, ...missing.slice(arriving)].slice(0, MAX_ROWS);
  place.replaceChildren(element("ul", { class: "rows" }, ...items));
  place.tabIndex = 0;
}

export function csvOf(found) {
  const rows = [["date", "value", "updatedAt", "key", "measurement", "unit", "status"]];
  for (const { key, name, unit, dates, values, updated_at, statuses } of found) {
    dates.forEach((date, index) => rows.push([formatUtc(date), values[index], formatUtc(updated_at[index]), key, name, unit ?? "", STATUS_NAMES[statuses[index]]]));
  }
  return csv(rows);
}

// Show the request that returns these readings. They arrive after their interval begins, so `updatedAt` limits the window.
export function showRequest(code, { found, site, window, coarse }) {
  let [first, last] = [Infinity, 0];
  for (const series of found) {
    for (const at of series.updated_at) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
  }
  if (!last) [first, last] = window;
  if (coarse) first = Math.min(first, Math.max(window[0], secondsOf(site.begins)));
  const token = code.textContent.match(/Bearer ([^"]+)/)?.[1] ?? site.token;
  code.textContent = `curl -G -H "Authorization: Bearer ${token}" \\\n  -d "updatedAt[gte]=${formatUtc(first)}" -d "updatedAt[lt]=${formatUtc(last + 1)}" \\\n  ${site.request}`;
}

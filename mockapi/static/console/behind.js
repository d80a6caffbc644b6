// What is behind a chart: the values, what is wrong with them, and the request that returns them.
import { element, figure, local, utc } from "./elements.js";

const ROWS = 200;
const HOW = ["", "late", "revised", "estimate", "pushed"];

export function showTable(place, found) {
  const total = found.reduce((sum, each) => sum + each.dates.length, 0);
  if (!total) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No readings."));
    return;
  }
  const head = ["Measurement", "date, local", "Value", "updatedAt", "Came"].map((each, index) => element("th", { scope: "col", class: index === 2 ? "number" : null }, each));
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
          element("td", { class: "time" }, utc(series.updated_at[index])),
          element("td", {}, HOW[series.marks[index]]),
        ),
      );
    }
  }
  const caption = total > rows.length ? `The first ${rows.length} of ${total}; the CSV has all.` : `All ${total}.`;
  const table = element("table", { class: "dense" }, element("caption", { class: "caption" }, caption), element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  place.replaceChildren(table);
  place.tabIndex = 0;
}

export function showWrong(place, count, wrong) {
  count.textContent = wrong.length ? `(${wrong.length})` : "(nothing)";
  if (!wrong.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No defect touches what is chosen."));
    return;
  }
  const items = wrong.slice(0, ROWS).map((each) =>
    element(
      "li",
      {},
      element("span", { class: "name" }, element("code", {}, each.kind), element("small", {}, each.effect)),
      element("span", { class: "figure" }, element("small", {}, `${each.begin.slice(0, 16)} to ${each.end?.slice(0, 16) ?? "now"}`)),
    ),
  );
  place.replaceChildren(element("ul", { class: "rows" }, ...items));
  place.tabIndex = 0;
}

export function csvOf(found) {
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const lines = ["date,value,updatedAt,key,measurement,unit,came"];
  for (const series of found) {
    const rest = [series.key, quoted(series.name), quoted(series.unit ?? "")].join(",");
    series.dates.forEach((date, index) => {
      lines.push(`${utc(date)},${series.values[index]},${utc(series.updated_at[index])},${rest},${HOW[series.marks[index]]}`);
    });
  }
  return `${lines.join("\r\n")}\r\n`;
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

// The latest scores of a site, and what is asked for them: nothing else is worked out.
import { call } from "./control.js";
import { element } from "./elements.js";

export const TYPES = ["daily", "monthly", "localAverage", "average"];
export const AVERAGES = TYPES.slice(2);

export function asked(wish) {
  const pairs = Object.entries(wish).flatMap(([name, stated]) => [stated ?? []].flat().map((each) => [name, each]));
  return new URLSearchParams(pairs);
}

// The scores of a site's own days and months from the date *since* on, as rows; undefined for a refusal.
export async function ownScores(site, since) {
  const columns = await call("GET", `scores/columns?${asked({ site, type: TYPES.slice(0, 2), since })}`);
  return columns?.flatMap(({ type, dates, scores }) =>
    Object.entries(scores).flatMap(([category, column]) =>
      dates.flatMap((date, index) => (column[index] === null ? [] : [{ date, score: column[index], type, category }])),
    ),
  );
}

// Gives averages category by category, for each takes the readings of many sites; *next* of those left comes first.
export async function* averages(site, categories, next = () => "") {
  const left = new Set(categories);
  while (left.size) {
    const category = left.has(next()) ? next() : [...left][0];
    left.delete(category);
    const found = await call("GET", `scores?${asked({ site, category, type: AVERAGES })}`);
    if (!found) return;
    yield [category, found];
  }
}

// The date *days* ago by the world's clock.
export function daysAgo(days) {
  const now = Date.parse(document.querySelector("[data-clock]").dateTime);
  return new Date(now - days * 86_400_000).toISOString().slice(0, 10);
}

// Puts the last of each type into the row of its category; *cell* makes what a figure shows.
export function fill(table, scores, cell = (each) => String(each.score)) {
  const latest = new Map(scores.map((each) => [`${each.category} ${each.type}`, each])); // The last one stands.
  for (const each of latest.values()) {
    const place = table.querySelector(`tr[data-category="${CSS.escape(each.category)}"]`)?.cells[1 + TYPES.indexOf(each.type)];
    place?.replaceChildren(cell(each));
  }
}

// Where no score came there is none.
export function strike(table, types) {
  for (const row of table.querySelectorAll("tr[data-category]")) {
    for (const type of types) {
      const place = row.cells[1 + TYPES.indexOf(type)];
      if (!place.textContent.trim()) place.textContent = "–";
    }
  }
}

export function rowOf(category) {
  return element("tr", { "data-category": category }, element("th", { scope: "row" }, category), ...TYPES.map(() => element("td", { class: "number" })));
}

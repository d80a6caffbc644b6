// Requests for the scores of a site, and the table of latest scores. Only what is shown is requested, because scoring is slow.
import { call } from "./api_client.js";
import { element } from "./dom.js";

export const TYPES = ["daily", "monthly", "localAverage", "average"];
export const AVERAGES = TYPES.slice(2);
export const TYPE_WORDS = { daily: "daily", monthly: "monthly", localAverage: "local average", average: "average" };

// Return a category in words, as the page gives them.
export const categoryWords = (category) => JSON.parse(document.querySelector("[data-category-words]").dataset.categoryWords)[category];

export function queryOf(parameters) {
  const pairs = Object.entries(parameters).flatMap(([name, values]) => [values ?? []].flat().map((each) => [name, each]));
  return new URLSearchParams(pairs);
}

// Return the daily and monthly scores of a site from the date *since* on, as rows; undefined after an error.
export async function ownScores(site, since) {
  const columns = await call("GET", `scores/columns?${queryOf({ site, type: TYPES.slice(0, 2), since })}`);
  return columns?.flatMap(({ type, dates, scores }) =>
    Object.entries(scores).flatMap(([category, column]) =>
      dates.flatMap((date, index) => (column[index] === null ? [] : [{ date, score: column[index], type, category }])),
    ),
  );
}

// Yield averages by category, one request each, because an average needs the readings of many sites. The category *next* is requested first.
export async function* averages(site, categories, next = () => "") {
  const remaining = new Set(categories);
  while (remaining.size) {
    const category = remaining.has(next()) ? next() : [...remaining][0];
    remaining.delete(category);
    const found = await call("GET", `scores?${queryOf({ site, category, type: AVERAGES })}`);
    if (!found) return;
    yield [category, found];
  }
}

// Return the date *days* ago by the world's clock.
export function daysAgo(days) {
  const now = Date.parse(document.querySelector("[data-clock]").dateTime);
  return new Date(now - days * 86_400_000).toISOString().slice(0, 10);
}

// Show the last score of each type in the row of its category. *cell* creates the content of a cell.
export function fill(table, scores, cell = (each) => String(each.score)) {
  const latest = new Map(scores.map((each) => [`${each.category} ${each.type}`, each])); // The last one wins.
  for (const each of latest.values()) {
    const place = table.querySelector(`tr[data-category="${CSS.escape(each.category)}"]`)?.cells[1 + TYPES.indexOf(each.type)];
    place?.replaceChildren(cell(each));
  }
}

// Return *content*, with a mark if a partner posted the score. *posted* is a set of category, type and date.
export function markPosted({ category, type, date }, posted, content) {
  if (!posted.has(`${category} ${type} ${date}`)) return content;
  return element("span", {}, element("i", { class: "mark posted", title: "posted by a partner" }), content);
}

// Mark the empty cells of *types*: they have no score.
export function markEmpty(table, types) {
  for (const row of table.querySelectorAll("tr[data-category]")) {
    for (const type of types) {
      const place = row.cells[1 + TYPES.indexOf(type)];
      if (!place.textContent.trim()) place.textContent = "–";
    }
  }
}

export function rowOf(category) {
  return element("tr", { "data-category": category }, element("th", { scope: "row" }, categoryWords(category)), ...TYPES.map(() => element("td", { class: "number" })));
}

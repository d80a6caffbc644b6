// The latest scores of a site, once somebody looks: to compute years of them takes seconds.
import { element } from "./elements.js";
import { AVERAGES, averages, daysAgo, fill, ownScores, rowOf, strike, TYPES } from "./latest.js";

const YEAR = 365;

export async function show(place) {
  const { site } = place.dataset;
  const recent = await ownScores(site, daysAgo(YEAR));
  const scores = recent?.length ? recent : await ownScores(site);
  if (!scores) return;
  if (!scores.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "Nothing is scored yet."));
    return;
  }
  const categories = [...new Set(scores.map((each) => each.category))].sort();
  const head = ["Category", "Daily", "Monthly", "Local average", "Average"].map((each, index) => element("th", { scope: "col", class: index ? "number" : null }, each));
  const table = element("table", { class: "dense latest" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...categories.map(rowOf)));
  fill(table, scores);
  strike(table, TYPES.slice(0, 2));
  place.replaceChildren(table);
  for await (const [, found] of averages(site, categories)) fill(table, found);
  strike(table, AVERAGES);
}

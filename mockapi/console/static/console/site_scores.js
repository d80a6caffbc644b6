// Latest scores of a site.
import { root } from "./api_client.js";
import { element } from "./dom.js";
import { AVERAGES, TYPES, TYPE_WORDS, averages, categoryWords, daysAgo, fill, markEmpty, markPosted, ownScores, queryOf, rowOf } from "./score_data.js";

const RECENT_DAYS = 40; // contain a daily and a monthly score

export async function show(place) {
  const { site } = place.dataset;
  const posted = new Set(JSON.parse(place.dataset.posted));
  const cell = ({ date, type, category, score }) => {
    const label = `Explain ${TYPE_WORDS[type]} ${categoryWords(category)} score ${score} of ${date}`;
    const link = element("a", { href: `${root}/console/scores?${queryOf({ site, date, type, category })}`, "aria-label": label }, String(score));
    return markPosted({ date, type, category }, posted, link);
  };
  const recent = await ownScores(site, daysAgo(RECENT_DAYS));
  const scores = recent?.length ? recent : await ownScores(site);
  if (!scores) return;
  if (!scores.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "No scores yet."));
    return;
  }
  const categories = [...new Set(scores.map((each) => each.category))].sort();
  const header = ["Category", "Daily", "Monthly", "Local average", "Average"].map((each, index) => element("th", { scope: "col", class: index ? "number" : null }, each));
  const table = element("table", { class: "dense latest" }, element("thead", {}, element("tr", {}, ...header)), element("tbody", {}, ...categories.map(rowOf)));
  fill(table, scores, cell);
  markEmpty(table, TYPES.slice(0, 2));
  place.replaceChildren(table);
  for await (const [, found] of averages(site, categories)) fill(table, found, cell);
  markEmpty(table, AVERAGES);
}

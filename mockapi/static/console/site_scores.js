// The latest scores of a site, once somebody looks: to compute years of them takes seconds.
import { call } from "./control.js";
import { element } from "./elements.js";

const TYPES = ["daily", "monthly", "localAverage", "average"];

export function showScores(main) {
  const place = main.querySelector("#scored");
  if (!place) return;
  new IntersectionObserver(async ([entry], watcher) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    const scores = await call("GET", `scores?site=${encodeURIComponent(place.dataset.site)}`);
    if (scores) fill(place, scores);
  }).observe(place);
}

function fill(place, scores) {
  if (!scores.length) {
    place.replaceChildren(element("p", { class: "quiet-note" }, "Nothing is scored yet."));
    return;
  }
  const latest = new Map(scores.map((each) => [`${each.category} ${each.type}`, each.score])); // The last one stands.
  const categories = [...new Set(scores.map((each) => each.category))].sort();
  const head = ["Category", "Daily", "Monthly", "Local average", "Average"].map((each, index) => element("th", { scope: "col", class: index ? "number" : null }, each));
  const rows = categories.map((category) => element("tr", {}, element("th", { scope: "row" }, category), ...TYPES.map((type) => element("td", { class: "number" }, String(latest.get(`${category} ${type}`) ?? "–")))));
  place.replaceChildren(element("table", { class: "dense latest" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
}

// Scores page: scores by category over time, averages of other sites, and explanations.
import { csv, save } from "./download.js";
import { call, refreshParts, root } from "./api_client.js";
import { element, cssVariable, formatCount } from "./dom.js";
import { AVERAGES, TYPES, TYPE_WORDS, averages, categoryWords, daysAgo, fill, markEmpty, markPosted, ownScores, queryOf } from "./score_data.js";
import { draw } from "./score_chart.js";
import { complete } from "./tour.js";

const COLOURS = Array.from({ length: 8 }, (_, index) => `--score-${index}`);
const DASH = [7, 4];
const MOST_ROWS = 200;

// Add all listeners before the scores load; the averages of other sites load last.
export function start(main) {
  const { site } = main.dataset;
  if (!site) return;
  const rows = main.querySelectorAll("#latest tr[data-category]");
  const state = { main, site, categories: [...rows].map((each) => each.dataset.category), days: 365, own: null, averages: [], posted: new Set(JSON.parse(main.dataset.posted)), shown: [], request: 0 };
  const select = main.querySelector("#category");
  main.querySelector("#site").addEventListener("change", (event) => event.target.form.requestSubmit());
  select.addEventListener("change", () => show(state));
  main.querySelector("#span").addEventListener("click", ({ target }) => target.dataset.days && load(state, Number(target.dataset.days)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(state));
  main.querySelector("#table").addEventListener("toggle", () => showTable(state));
  main.querySelector("#csv").addEventListener("click", async () => {
    const scores = await call("GET", `scores?${queryOf(parametersOf(state))}`);
    if (!scores) return;
    scores.sort((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));
    const cells = scores.map((each) => [each.date, each.category, each.type, each.score, each.updatedAt]);
    save(`scores-${select.value || "all"}.csv`, csv([["date", "category", "type", "score", "updatedAt"], ...cells]), "text/csv");
  });
  main.querySelector("#explain-last").addEventListener("click", () => {
    const daily = (state.own ?? []).filter((each) => each.category === select.value && each.type === "daily");
    explain(site, daily.length ? daily[daily.length - 1] : { type: "daily", category: select.value });
  });
  if (main.querySelector("#explained-title")) complete("score");
  show(state);
  load(state, state.days).then(() => loadAverages(state));
}

async function load(state, days) {
  const { main, site } = state;
  const request = ++state.request;
  state.days = days;
  for (const each of main.querySelectorAll("#span [data-days]")) each.setAttribute("aria-pressed", String(Number(each.dataset.days) === days));
  main.querySelector("#lines").setAttribute("aria-busy", "true");
  const own = await ownScores(site, sinceOf(state));
  if (request !== state.request) return undefined; // The selection has changed.
  // Scores posted by partners can be older.
  if (own && !own.length && days) return load(state, 0);
  main.querySelector("#lines").removeAttribute("aria-busy");
  if (!own) {
    main.querySelector("#range").textContent = "The scores could not be loaded.";
    return undefined;
  }
  state.own = own;
  fillTable(state, own);
  markEmpty(main.querySelector("#latest"), TYPES.slice(0, 2));
  show(state);
  main.dataset.shown = String(own.length);
  return own;
}

async function loadAverages(state) {
  const { main, site, categories } = state;
  const progress = main.querySelector("#averages-progress");
  let count = 0;
  for await (const [category, found] of averages(site, categories, () => main.querySelector("#category").value)) {
    if (!main.isConnected) return; // The page was replaced.
    count += 1;
    state.averages.push(...found);
    fillTable(state, found);
    progress.textContent = `Averages of other sites: ${count} of ${categories.length} categories.`;
    if (category === main.querySelector("#category").value) show(state);
  }
  if (count < categories.length) progress.textContent = "The averages of other sites could not be loaded.";
  markEmpty(main.querySelector("#latest"), AVERAGES);
  main.dataset.averaged = String(count);
}

function fillTable({ main, site, posted }, scores) {
  fill(main.querySelector("#latest"), scores, (each) => {
    const label = `Explain ${TYPE_WORDS[each.type]} ${categoryWords(each.category)} score ${each.score} of ${each.date}`;
    const button = element("button", { type: "button", class: "link", "aria-label": label }, String(each.score));
    button.addEventListener("click", () => explain(site, each));
    return markPosted(each, posted, button);
  });
}

const sinceOf = ({ days }) => (days ? daysAgo(days) : undefined);

// Return the query parameters for the visible scores.
function parametersOf(state) {
  const category = state.main.querySelector("#category").value;
  return { site: state.site, category: category || undefined, type: category ? undefined : "daily", since: sinceOf(state) };
}

// Without a date, explain the last scored day.
async function explain(site, { date, type, category }) {
  await refreshParts(`${root}/console/scores?${queryOf({ site, date, type, category })}`, "#explained");
  complete("score");
  const shown = document.getElementById("explained");
  // If the explanation is out of view, the click would seem to have no effect.
  if (shown.getBoundingClientRect().top > 0.6 * innerHeight) shown.scrollIntoView();
}

// Return the daily scores of all categories, or the daily and monthly scores of one. Averages are known for the last day only.
function linesOf({ own, categories }, category) {
  const of = (wanted, type) => own.filter((each) => each.category === wanted && each.type === type);
  const colour = (each) => cssVariable(COLOURS[categories.indexOf(each) % COLOURS.length]);
  if (!category) {
    // Neighbours also differ by their dashes, because eight colours for all visions are near to each other.
    return categories.map((each, index) => ({ name: categoryWords(each), scores: of(each, "daily"), colour: colour(each), dash: index % 2 ? DASH : [] })).filter((each) => each.scores.length);
  }
  const [daily, monthly] = TYPES.map((type) => of(category, type));
  return [
    { name: "daily", scores: daily, colour: colour(category), dash: [] },
    { name: "monthly", scores: monthly, colour: colour(category), dash: null },
  ].filter((each) => each.scores.length);
}

function show(state) {
  const { main, site, categories } = state;
  categories.forEach((each, index) => {
    main.querySelector(`#latest tr[data-category="${each}"] .swatch`).style.background = `var(${COLOURS[index % COLOURS.length]})`;
  });
  const category = main.querySelector("#category").value;
  main.querySelector("#explain-last").disabled = !category;
  if (!state.own) return;
  const lines = linesOf(state, category);
  state.shown = lines.flatMap((each) => each.scores);
  const last = (each) => each.scores[each.scores.length - 1].score;
  const marked = lines.map((each) => ({ ...each, posted: each.scores.filter((one) => state.posted.has(`${one.category} ${one.type} ${one.date}`)) }));
  const hasPosted = marked.some((each) => each.posted.length);
  main.querySelector("#legend").replaceChildren(...lines.map(legendItem), ...(hasPosted ? [element("li", {}, element("i", { class: "mark posted" }), "posted by a partner")] : []));
  main.querySelector("#range").textContent = !lines.length
    ? "No scores yet."
    : category
      ? `${categoryWords(category)}: ${[...lines.map((each) => `${each.name} ${last(each)}`), ...averagesOf(state, category)].join(", ")}`
      : `${formatCount(state.shown.length, "daily score")} of ${lines.length} categories`;
  draw(main.querySelector("#lines"), marked, (score) => explain(site, score));
  showTable(state);
}

// Return the averages of other sites as texts. They are as of the last day, so no lines are drawn.
function averagesOf({ averages }, category) {
  return averages.filter((each) => each.category === category).map((each) => `${TYPE_WORDS[each.type]} ${each.score}`);
}

function legendItem({ name, colour, dash }) {
  const key = element("i", { class: dash === null ? "swatch dot" : "dash" });
  key.style[dash === null ? "background" : "borderColor"] = colour;
  if (dash?.length) key.style.borderTopStyle = dash[0] > 4 ? "dashed" : "dotted";
  return element("li", {}, key, name);
}

// Load the table when it is opened, for the visible rows only.
async function showTable(state) {
  const { main, shown } = state;
  const place = main.querySelector("#table > div");
  if (!main.querySelector("#table").open || !shown.length) return;
  const dates = shown.map((each) => each.date).sort();
  const found = await call("GET", `scores?${queryOf({ ...parametersOf(state), since: dates[Math.max(0, dates.length - MOST_ROWS)] })}`);
  if (!found || shown !== state.shown) return; // The selection has changed.
  const rows = found.slice(-MOST_ROWS).reverse();
  const header = ["date", "Category", "Type", "Score", "updatedAt"].map((each) => element("th", { scope: "col" }, each));
  const body = rows.map((each) => element("tr", {}, ...[each.date, categoryWords(each.category), TYPE_WORDS[each.type], String(each.score), each.updatedAt].map((text) => element("td", {}, text))));
  const caption = element("caption", { class: "caption" }, shown.length > rows.length ? `Last ${rows.length} of ${formatCount(shown.length, "score")}. The CSV has all.` : `All ${rows.length} scores.`);
  place.replaceChildren(element("table", { class: "dense" }, caption, element("thead", {}, element("tr", {}, ...header)), element("tbody", {}, ...body)));
  place.tabIndex = 0;
}

// Scores by category over time; a figure leads to how it came about.
import { csv, save } from "./download.js";
import { call, renew, root } from "./control.js";
import { element, styled } from "./elements.js";
import { AVERAGES, asked, averages, daysAgo, fill, ownScores, strike, TYPES } from "./latest.js";
import { draw } from "./score_chart.js";

const COLOURS = Array.from({ length: 8 }, (_, index) => `--score-${index}`);
const MOST_ROWS = 200;

// All that listens is there at once; scores come behind it, and then the averages of other sites.
export function start(main) {
  const { site } = main.dataset;
  if (!site) return;
  const places = main.querySelectorAll("#latest tr[data-category]");
  const state = { main, site, categories: [...places].map((each) => each.dataset.category), days: 365, own: null, averages: [], shown: [], asked: 0 };
  const choice = main.querySelector("#category");
  main.querySelector("#site").addEventListener("change", (event) => event.target.form.requestSubmit());
  choice.addEventListener("change", () => show(state));
  main.querySelector("#span").addEventListener("click", ({ target }) => target.dataset.days && load(state, Number(target.dataset.days)));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(state));
  main.querySelector("#table").addEventListener("toggle", () => tabulate(state));
  main.querySelector("#csv").addEventListener("click", async () => {
    const rows = await call("GET", `scores?${asked(wishOf(state))}`);
    if (!rows) return;
    rows.sort((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));
    const cells = rows.map((each) => [each.date, each.category, each.type, each.score, each.updatedAt]);
    save(`scores-${choice.value || "all"}.csv`, csv([["date", "category", "type", "score", "updatedAt"], ...cells]), "text/csv");
  });
  main.querySelector("#explain-last").addEventListener("click", () => {
    const daily = (state.own ?? []).filter((each) => each.category === choice.value && each.type === "daily");
    explain(site, daily.length ? daily[daily.length - 1] : { type: "daily", category: choice.value });
  });
  show(state);
  load(state, state.days).then(() => compare(state));
}

async function load(state, days) {
  const { main, site } = state;
  const asked = ++state.asked;
  state.days = days;
  for (const each of main.querySelectorAll("#span [data-days]")) each.setAttribute("aria-pressed", String(Number(each.dataset.days) === days));
  main.querySelector("#lines").setAttribute("aria-busy", "true");
  const own = await ownScores(site, sinceOf(state));
  if (asked !== state.asked) return undefined; // Somebody chose anew meanwhile.
  // What partners posted may be older.
  if (own && !own.length && days) return load(state, 0);
  main.querySelector("#lines").removeAttribute("aria-busy");
  if (!own) {
    main.querySelector("#range").textContent = "The scores did not come.";
    return undefined;
  }
  state.own = own;
  fillIn(state, own);
  strike(main.querySelector("#latest"), TYPES.slice(0, 2));
  show(state);
  main.dataset.shown = String(own.length);
  return own;
}

async function compare(state) {
  const { main, site, categories } = state;
  const told = main.querySelector("#averaged");
  let count = 0;
  for await (const [category, found] of averages(site, categories, () => main.querySelector("#category").value)) {
    if (!main.isConnected) return; // Another page is shown in place.
    count += 1;
    state.averages.push(...found);
    fillIn(state, found);
    told.textContent = `Averages of other sites: ${count} of ${categories.length} categories.`;
    if (category === main.querySelector("#category").value) show(state);
  }
  if (count < categories.length) told.textContent = "The averages of other sites did not come.";
  strike(main.querySelector("#latest"), AVERAGES);
  main.dataset.averaged = String(count);
}

function fillIn({ main, site }, scores) {
  fill(main.querySelector("#latest"), scores, (each) => {
    const label = `Explain ${each.category} ${each.type} ${each.score} of ${each.date}`;
    const button = element("button", { type: "button", class: "link", "aria-label": label }, String(each.score));
    button.addEventListener("click", () => explain(site, each));
    return button;
  });
}

const sinceOf = ({ days }) => (days ? daysAgo(days) : undefined);

// What the listing is asked for, so that it has what is shown.
function wishOf(state) {
  const category = state.main.querySelector("#category").value;
  return { site: state.site, category: category || undefined, type: category ? undefined : "daily", since: sinceOf(state) };
}

// Without a date it is the last day that is scored.
async function explain(site, { date, type, category }) {
  await renew(`${root}/console/scores?${asked({ site, date, type, category })}`, "#explained");
  const shown = document.getElementById("explained");
  // Where it is out of sight, somebody who chose a figure would think that nothing happened.
  if (shown.getBoundingClientRect().top > 0.6 * innerHeight) shown.scrollIntoView();
}

// Of all categories their daily scores; of one all that is known of it.
function linesOf({ own, averages, categories }, category) {
  const of = (wanted, type) => [...own, ...averages].filter((each) => each.category === wanted && each.type === type);
  const colour = (each) => styled(COLOURS[categories.indexOf(each) % COLOURS.length]);
  if (!category) {
    return categories.map((each) => ({ name: each, scores: of(each, "daily"), colour: colour(each), dash: [] })).filter((each) => each.scores.length);
  }
  const [daily, monthly, local, average] = TYPES.map((type) => of(category, type));
  return [
    { name: "daily", scores: daily, colour: colour(category), dash: [] },
    { name: "monthly", scores: monthly, colour: colour(category), dash: null },
    { name: "local average", scores: local, colour: styled("--warn"), dash: [8, 4], level: true },
    { name: "average", scores: average, colour: styled("--soft"), dash: [2, 3], level: true },
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
  main.querySelector("#legend").replaceChildren(...lines.map(keyOf));
  main.querySelector("#range").textContent = !lines.length
    ? "Nothing is scored yet."
    : category
      ? `${category}: ${lines.map((each) => `${each.name} ${last(each)}`).join(", ")}`
      : `${state.shown.length} daily scores of ${lines.length} categories`;
  draw(main.querySelector("#lines"), lines, (chosen) => explain(site, chosen));
  tabulate(state);
}

function keyOf({ name, colour, dash }) {
  const key = element("i", { class: dash === null ? "swatch dot" : "dash" });
  key.style[dash === null ? "background" : "borderColor"] = colour;
  if (dash?.length) key.style.borderTopStyle = dash[0] > 4 ? "dashed" : "dotted";
  return element("li", {}, key, name);
}

// The table is asked for once somebody opens it, and only as far as it goes back.
async function tabulate(state) {
  const { main, shown } = state;
  const place = main.querySelector("#table > div");
  if (!main.querySelector("#table").open || !shown.length) return;
  const dates = shown.map((each) => each.date).sort();
  const found = await call("GET", `scores?${asked({ ...wishOf(state), since: dates[Math.max(0, dates.length - MOST_ROWS)] })}`);
  if (!found || shown !== state.shown) return; // Somebody chose anew meanwhile.
  const rows = found.slice(-MOST_ROWS).reverse();
  const head = ["date", "Category", "Type", "Score", "updatedAt"].map((each) => element("th", { scope: "col" }, each));
  const body = rows.map((each) => element("tr", {}, ...[each.date, each.category, each.type, String(each.score), each.updatedAt].map((text) => element("td", {}, text))));
  const caption = element("caption", { class: "caption" }, shown.length > rows.length ? `The last ${rows.length} of ${shown.length}; the CSV has all.` : `All ${rows.length}.`);
  place.replaceChildren(element("table", { class: "dense" }, caption, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)));
  place.tabIndex = 0;
}

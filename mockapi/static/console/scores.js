// Scores by category over time; a figure leads to how it came about.
import { csv, save } from "./behind.js";
import { call, renew, root } from "./control.js";
import { element, styled } from "./elements.js";

const TYPES = ["daily", "monthly", "localAverage", "average"];
const COLOURS = ["--electricity", "--water", "--waste", "--fuel", "--air", "--good", "--bad", "--calm"];
const MOST_ROWS = 200;
const day = (date) => Date.parse(`${date}T12:00:00Z`) / 1000;

export async function start(main) {
  const { site } = main.dataset;
  if (!site) return;
  main.querySelector("#site").addEventListener("change", (event) => event.target.form.requestSubmit());
  const scores = await call("GET", `scores?site=${encodeURIComponent(site)}`);
  if (!scores) return;
  const categories = [...new Set(scores.map((each) => each.category))].sort();
  const state = { main, site, scores, categories };
  fill(state);
  const choice = main.querySelector("#category");
  choice.append(...categories.map((each) => element("option", {}, each)));
  choice.addEventListener("change", () => show(state));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(state));
  main.querySelector("#csv").addEventListener("click", () => {
    const rows = state.shown.map((each) => [each.date, each.category, each.type, each.score, each.updatedAt]);
    save(`scores-${choice.value || "all"}.csv`, csv([["date", "category", "type", "score", "updatedAt"], ...rows]), "text/csv");
  });
  main.querySelector("#explain-last").addEventListener("click", () => {
    const daily = scores.filter((each) => each.category === choice.value && each.type === "daily");
    explain(site, daily.reduce((last, each) => (each.date > last.date ? each : last)));
  });
  show(state);
  main.dataset.shown = String(scores.length);
}

async function explain(site, { date, type, category }) {
  const query = new URLSearchParams({ site, date, type, category });
  await renew(`${root}/console/scores?${query}`, "#explained");
  const shown = document.getElementById("explained");
  // Where it is out of sight, somebody who chose a figure would think that nothing happened.
  if (shown.getBoundingClientRect().top > 0.6 * innerHeight) shown.scrollIntoView();
}

function fill({ main, site, scores, categories }) {
  const latest = new Map(scores.map((each) => [`${each.category} ${each.type}`, each])); // The last one stands.
  const rows = categories.map((category, index) => {
    const swatch = element("i", { class: "swatch" });
    swatch.style.background = `var(${COLOURS[index % COLOURS.length]})`;
    const cells = TYPES.map((type) => {
      const found = latest.get(`${category} ${type}`);
      if (!found) return element("td", { class: "number" }, "–");
      const button = element("button", { type: "button", class: "link", "aria-label": `Explain ${category} ${type} ${found.score} of ${found.date}` }, String(found.score));
      button.addEventListener("click", () => explain(site, found));
      return element("td", { class: "number" }, button);
    });
    return element("tr", {}, element("th", { scope: "row" }, swatch, category), ...cells);
  });
  main.querySelector("#latest").replaceChildren(...rows);
}

// Of all categories their daily scores; of one all that is known of it.
function linesOf({ scores, categories }, category) {
  const by = (a, b) => day(a.date) - day(b.date);
  const of = (wanted, type) => scores.filter((each) => each.category === wanted && each.type === type).sort(by);
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
  const { main, site } = state;
  const category = main.querySelector("#category").value;
  const lines = linesOf(state, category);
  state.shown = lines.flatMap((each) => each.scores);
  const last = (each) => each.scores[each.scores.length - 1].score;
  main.querySelector("#explain-last").disabled = !lines.some((each) => each.name === "daily");
  main.querySelector("#legend").replaceChildren(...lines.map(keyOf));
  main.querySelector("#range").textContent = !lines.length
    ? "Nothing is scored yet."
    : category
      ? `${category}: ${lines.map((each) => `${each.name} ${last(each)}`).join(", ")}`
      : `${state.shown.length} daily scores of ${lines.length} categories`;
  draw(main.querySelector("#lines"), lines, site);
  tabulate(main.querySelector("#table > div"), state.shown);
}

function keyOf({ name, colour, dash }) {
  const key = element("i", { class: dash === null ? "swatch dot" : "dash" });
  key.style[dash === null ? "background" : "borderColor"] = colour;
  if (dash?.length) key.style.borderTopStyle = dash[0] > 4 ? "dashed" : "dotted";
  return element("li", {}, key, name);
}

function tabulate(place, shown) {
  const rows = shown.slice(-MOST_ROWS).reverse();
  const head = ["date", "Category", "Type", "Score", "updatedAt"].map((each) => element("th", { scope: "col" }, each));
  const body = rows.map((each) => element("tr", {}, ...[each.date, each.category, each.type, String(each.score), each.updatedAt].map((text) => element("td", {}, text))));
  const caption = element("caption", { class: "caption" }, shown.length > rows.length ? `The last ${rows.length} of ${shown.length}; the CSV has all.` : `All ${rows.length}.`);
  place.replaceChildren(element("table", { class: "dense" }, caption, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)));
  place.tabIndex = 0;
}

function draw(panel, lines, site) {
  panel.replaceChildren();
  if (!lines.length) {
    panel.append(element("p", { class: "empty" }, "No scores yet."));
    return;
  }
  const said = lines.map(({ name, scores }) => `${name} from ${scores[0].score} to ${scores[scores.length - 1].score}`).join("; ");
  const image = element("div", { role: "img", "aria-label": `Line chart of scores: ${said}.` });
  panel.append(image);
  const dates = [...new Set(lines.flatMap((each) => each.scores.map((one) => day(one.date))))].sort((a, b) => a - b);
  const place = new Map(dates.map((each, index) => [each, index]));
  const columns = lines.map(({ scores, level }) => {
    // An average is told of the last day alone: a level to hold the line against.
    const column = new Array(dates.length).fill(level ? scores[scores.length - 1].score : null);
    if (!level) for (const each of scores) column[place.get(day(each.date))] = each.score;
    return column;
  });
  const [stroke, grid] = [styled("--soft"), { stroke: styled("--grid"), width: 1 }];
  const ticks = [[28 * 86400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [1, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1]];
  const plot = new uPlot(
    {
      width: panel.clientWidth,
      height: panel.clientHeight,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), "UTC"),
      scales: { y: { range: [0, 100] } },
      axes: [{ stroke, grid, ticks: grid, values: ticks }, { stroke, grid, ticks: grid, label: "score", labelSize: 18 }],
      series: [{}, ...lines.map((each) => lineOf(each))],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, focus: { prox: 30 } },
      focus: { alpha: 0.35 },
    },
    [dates, ...columns],
    image,
  );
  plot.over.addEventListener("click", () => {
    const { left, top } = plot.cursor;
    const second = plot.posToVal(left, "x");
    const near = lines.flatMap(({ scores, level }) => {
      const closest = scores.reduce((best, each) => (Math.abs(day(each.date) - second) < Math.abs(day(best.date) - second) ? each : best));
      return [[Math.abs(plot.valToPos(closest.score, "y") - top) + (level ? 4 : 0), closest]];
    });
    explain(site, near.sort((a, b) => a[0] - b[0])[0][1]);
  });
}

function lineOf({ name, scores, colour, dash }) {
  const dots = dash === null;
  return {
    label: name,
    stroke: colour,
    width: dots ? 0 : 2,
    dash: dash ?? [],
    spanGaps: true,
    paths: dots ? () => null : undefined,
    points: { show: dots || (!dash.length && scores.length < 60), size: dots ? 8 : 5, fill: colour },
  };
}

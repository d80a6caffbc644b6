// Scores by category over time; a figure leads to how it came about.
import { call, root } from "./control.js";
import { element, styled } from "./elements.js";

const TYPES = ["daily", "monthly", "localAverage", "average"];
const COLOURS = ["--electricity", "--water", "--waste", "--fuel", "--air", "--good", "--bad", "--calm"];
const day = (date) => Date.parse(`${date}T12:00:00Z`) / 1000;

export async function start(main) {
  const { site } = main.dataset;
  if (!site) return;
  main.querySelector("#site").addEventListener("change", (event) => event.target.form.requestSubmit());
  const scores = await call("GET", `scores?site=${encodeURIComponent(site)}`);
  if (!scores) return;
  const categories = [...new Set(scores.map((each) => each.category))].sort();
  const latest = new Map(scores.map((each) => [`${each.category} ${each.type}`, each])); // The last one stands.
  fill(main.querySelector("#latest"), categories, latest, site);
  const daily = scores.filter((each) => each.type === "daily");
  main.querySelector("#range").textContent = scores.length ? `${scores.length} scores of ${categories.length} categories` : "Nothing is scored yet.";
  const again = () => draw(main.querySelector("#lines"), daily, categories, site);
  again();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  main.dataset.shown = String(scores.length);
}

function explain(site, { date, type, category }) {
  const query = new URLSearchParams({ site, date, type, category });
  const shown = document.getElementById("explained");
  return htmx.ajax("GET", `${root}/console/scores?${query}`, { target: shown, select: "#explained", swap: "outerHTML" });
}

function fill(body, categories, latest, site) {
  body.replaceChildren(
    ...categories.map((category, index) => {
      const swatch = element("i", { class: "swatch" });
      swatch.style.background = styled(COLOURS[index % COLOURS.length]);
      const cells = TYPES.map((type) => {
        const found = latest.get(`${category} ${type}`);
        if (!found) return element("td", { class: "number" }, "–");
        const button = element("button", { type: "button", class: "link", "aria-label": `Explain ${category} ${type} ${found.score} of ${found.date}` }, String(found.score));
        button.addEventListener("click", () => explain(site, found));
        return element("td", { class: "number" }, button);
      });
      return element("tr", {}, element("th", { scope: "row" }, swatch, category), ...cells);
    }),
  );
}

function draw(panel, daily, categories, site) {
  panel.replaceChildren();
  if (!daily.length) {
    panel.append(element("p", { class: "empty" }, "No daily scores yet."));
    return;
  }
  const of = categories.map((category) => daily.filter((each) => each.category === category).sort((a, b) => day(a.date) - day(b.date)));
  const kept = of.map((each, index) => [each, index]).filter(([each]) => each.length);
  const said = kept.map(([each]) => `${each[0].category} from ${each[0].score} to ${each[each.length - 1].score}`).join("; ");
  const image = element("div", { role: "img", "aria-label": `Line chart of daily scores: ${said}.` });
  panel.append(image);
  const [stroke, grid] = [styled("--soft"), { stroke: styled("--grid"), width: 1 }];
  const plot = new uPlot(
    {
      width: panel.clientWidth,
      height: panel.clientHeight,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), "UTC"),
      scales: { y: { range: [0, 100] } },
      axes: [
        { stroke, grid, ticks: grid, values: [[28 * 86400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [1, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1]] },
        { stroke, grid, ticks: grid, label: "score", labelSize: 18 },
      ],
      series: [{}, ...kept.map(([each, index]) => ({ label: each[0].category, stroke: styled(COLOURS[index % COLOURS.length]), width: 2, spanGaps: true, points: { show: each.length < 60, size: 5 } }))],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, focus: { prox: 30 } },
      focus: { alpha: 0.35 },
    },
    uPlot.join(kept.map(([each]) => [each.map((one) => day(one.date)), each.map((one) => one.score)])),
    image,
  );
  plot.over.addEventListener("click", () => {
    const index = plot.cursor.idx;
    const near = kept.map(([each], number) => [Math.abs(plot.valToPos(plot.data[number + 1][index] ?? -99, "y") - plot.cursor.top), each[0].category]).sort((a, b) => a[0] - b[0])[0];
    const date = new Date(plot.data[0][index] * 1000).toISOString().slice(0, 10);
    explain(site, { date, type: "daily", category: near[1] });
  });
}

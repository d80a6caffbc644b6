// Site page: charts of readings, selection of measurements, time window and view.
import { call } from "./api_client.js";
import { commodityColour, formatCount, formatLocal, formatUtc, lineDash } from "./dom.js";
import { drawLines } from "./line_chart.js";
import { csvOf, save, showDefects, showRequest, showTable } from "./reading_table.js";
import { complete } from "./tour.js";
import { applyUrl, pushState, viewOf, windowFromUrl } from "./url_state.js";

const DAY = 86400;
const MAX_FINE_DAYS = 400; // longer windows show daily values
const INTERVAL_NAMES = { PT15M: "quarter-hourly", PT1H: "hourly", P1D: "daily", P1M: "monthly" };
const LAZY_VIEWS = { heat: () => import("./heatmap.js"), load: () => import("./load_duration_chart.js") }; // loaded on selection
const views = { lines: drawLines };
const seconds = (instant) => Date.parse(instant) / 1000;

export function start(main) {
  const scores = main.querySelector("#latest-scores");
  if (scores) onceVisible(scores, () => import("./site_scores.js").then((found) => found.show(scores)));
  const form = main.querySelector(".series");
  if (!form) return;
  const site = JSON.parse(main.dataset.chart);
  const whole = [seconds(site.begins), Math.max(seconds(site.now), seconds(site.begins) + DAY)];
  const state = { site, main, whole, window: whole, found: [], defects: [], events: [], request: 0 };
  const first = site.days * DAY;
  if (whole[1] - whole[0] > 2 * first) state.window = [whole[1] - first, whole[1]];
  state.first = state.window;
  const restore = () => {
    state.window = within(state, windowFromUrl() ?? state.first);
    applyUrl(main);
    return show(state, state.window);
  };
  const onPopState = () => (main.isConnected ? restore() : removeEventListener("popstate", onPopState));
  addEventListener("popstate", onPopState);

  main.addEventListener("click", (event) => {
    const days = event.target.closest("[data-days]");
    if (days) showWindow(state, windowOf(state, Number(days.dataset.days) * DAY));
    const move = event.target.closest("[data-move]");
    if (move) {
      const step = (state.window[1] - state.window[0]) * Number(move.dataset.move);
      showWindow(state, within(state, state.window.map((edge) => edge + step)));
    }
    if (event.target.closest("#csv")) download(state);
  });
  main.addEventListener("console:tab-selected", () => {
    pushState(state);
    draw(state);
  });
  form.addEventListener("change", () => showWindow(state, state.window));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(state));
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 2) return;
    width = entry.contentRect.width;
    if (state.found.length) draw(state);
  }).observe(main.querySelector(".charts"));
  call("GET", "timeline").then((events) => {
    state.events = (events ?? []).filter((each) => !each.settings.site || each.settings.site === site.site);
    restore();
  });
}

// Show *window* and add it to the browser's history.
function showWindow(state, window) {
  state.window = window.map(Math.round);
  pushState(state);
  return show(state, state.window);
}

function onceVisible(place, action) {
  new IntersectionObserver(([entry], watcher) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    action();
  }).observe(place);
}

// Return a window of *length* that ends with the data, or has the same centre if the current one does not.
function windowOf(state, length) {
  if (!length) return state.whole;
  const [since, until] = state.window;
  const end = until >= state.whole[1] ? until : (since + until) / 2 + length / 2;
  return within(state, [end - length, end]);
}

function within(state, [since, until]) {
  const length = Math.min(until - since, state.whole[1] - state.whole[0]);
  const end = Math.min(state.whole[1], Math.max(state.whole[0] + length, until));
  return [end - length, end];
}

async function show(state, window) {
  state.window = window.map(Math.round);
  const request = ++state.request;
  state.main.querySelector(".charts").setAttribute("aria-busy", "true");
  const [since, until] = state.window;
  const coarse = until - since > MAX_FINE_DAYS * DAY;
  const selected = [...state.main.querySelectorAll(".series input:checked")];
  const range = `since=${formatUtc(since)}&until=${formatUtc(until)}`;
  const id = encodeURIComponent(state.site.site);
  const [report, ...found] = await Promise.all([
    call("GET", `defects?site=${id}&${range}`),
    ...selected.map((each) =>
      call("GET", `series?site=${id}&key=${each.value}&${range}&differences=true${coarse ? "&interval=P1D" : ""}`),
    ),
  ]);
  if (request !== state.request) return; // The selection has changed.
  state.main.querySelector(".charts").removeAttribute("aria-busy");
  const seen = {};
  state.coarse = coarse;
  state.found = found.flatMap((series, index) => {
    if (!series) return [];
    const { name } = selected[index].dataset;
    const { commodity } = selected[index].closest("fieldset").dataset;
    const number = (seen[commodity] = (seen[commodity] ?? -1) + 1);
    return [{ ...series, dates: cumulativeSum(series.dates), updated_at: cumulativeSum(series.updated_at), name, commodity, number }];
  });
  const keys = new Set(state.found.map((each) => each.key));
  state.defects = (report?.defects ?? []).filter((each) => each.keys.some((key) => keys.has(key)));
  draw(state);
}

function cumulativeSum(differences) {
  let sum = 0;
  return differences.map((each) => (sum += each));
}

function draw(state) {
  const { main, found, window } = state;
  const [since, until] = window;
  for (const each of main.querySelectorAll("[data-days]")) {
    const days = Number(each.dataset.days);
    const pressed = days ? Math.abs(until - since - days * DAY) < 60 : window[0] === state.whole[0] && window[1] === state.whole[1];
    each.setAttribute("aria-pressed", String(pressed));
  }
  main.querySelector("#range").textContent = describe(state);
  const startedAt = performance.now();
  const view = viewOf(main);
  const legend = main.querySelector("#legend");
  legend.hidden = view === "load";
  for (const each of legend.children) each.hidden = view === "heat" && !each.querySelector(".hatch");
  const panel = main.querySelector(`#${view}`);
  const zoom = (from, to) => showWindow(state, within(state, [from, to]));
  if (views[view]) views[view](panel, state, zoom);
  else LAZY_VIEWS[view]().then((found) => ((views[view] = found.draw), draw(state)));
  showLineStyles(state, view);
  main.dataset.drawnIn = (performance.now() - startedAt).toFixed(1);
  main.dataset.shown = String(found.reduce((sum, each) => sum + each.dates.length, 0));
  if (main.dataset.shown !== "0") complete("chart");
  showTable(main.querySelector("#table > div"), found);
  showDefects(main.querySelector("#defects > div"), main.querySelector("#defect-count"), state.defects, found);
  showRequest(main.querySelector(".request-example pre code"), state);
}

// Show the line style of each drawn measurement next to its name.
function showLineStyles({ main, found }, view) {
  for (const key of main.querySelectorAll(".series .key line")) key.removeAttribute("stroke");
  for (const each of view === "heat" ? [] : found) {
    const line = main.querySelector(`.series input[value="${CSS.escape(each.key)}"] ~ .key line`);
    line.setAttribute("stroke", commodityColour(each.commodity));
    line.setAttribute("stroke-dasharray", lineDash(each).join(" "));
  }
}

function describe({ found, window, site }) {
  if (!found.length) return "Select a measurement.";
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  const count = found.reduce((sum, each) => sum + each.dates.length, 0);
  const intervals = [...new Set(found.map((each) => INTERVAL_NAMES[each.interval] ?? each.interval))].join(", ");
  return `${formatLocal(offsets, window[0])} to ${formatLocal(offsets, window[1])}, ${site.timezone}: ${formatCount(count)} readings, ${intervals}`;
}

function download(state) {
  save(`${state.site.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.csv`, csvOf(state.found), "text/csv");
}

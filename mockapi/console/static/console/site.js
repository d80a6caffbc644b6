// Site page: charts of readings, selection of measurements, time window and view.
import { call, refreshParts, root } from "./api_client.js";
import { PERIODS, commodityColour, formatCount, formatLocal, formatUtc, lineDash, secondsOf } from "./dom.js";
import { drawLines } from "./line_chart.js";
import { connectPicker } from "./range_picker.js";
import { csvOf, save, showDefects, showRequest, showTable } from "./reading_table.js";
import { loadSeries } from "./series_loader.js";
import { complete } from "./tour.js";
import { applyUrl, pushState, viewOf, windowFromUrl } from "./url_state.js";

const DAY = 86400;
const SMALLEST_MARGIN = 6 * 3600; // seconds around a defect that is zoomed to
const INTERVAL_NAMES = { PT15M: "quarter-hourly", PT1H: "hourly", P1D: "daily", P1M: "monthly" };
const LAZY_VIEWS = { heat: () => import("./heatmap.js"), load: () => import("./load_duration_chart.js") }; // loaded on selection
const views = { lines: drawLines };

export function start(main) {
  const form = main.querySelector(".series");
  if (!form) return;
  const site = JSON.parse(main.dataset.chart);
  const whole = [secondsOf(site.begins), Math.max(secondsOf(site.now), secondsOf(site.begins) + DAY)];
  const state = { site, main, whole, window: whole, found: [], defects: [], events: [], request: 0 };
  const first = site.days * DAY;
  if (whole[1] - whole[0] > 2 * first) state.window = [whole[1] - first, whole[1]];
  state.first = state.window;
  state.showDates = connectPicker(main.querySelector("#dates"), { timezone: site.timezone, whole }, ([since, until]) => showWindow(state, [Math.max(whole[0], since), Math.min(whole[1], until)]));
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
    const part = event.target.closest("[data-zoom]");
    if (part) zoomTo(state, part.dataset.zoom.split(",").map(Number));
    if (event.target.closest("#csv")) download(state);
    if (event.target.closest("#one-of-each")) selectOneOfEach(state);
  });
  main.addEventListener("console:tab-selected", () => {
    pushState(state);
    show(state, state.window);
  });
  main.querySelector("#compare").addEventListener("change", () => show(state, state.window));
  form.addEventListener("change", () => showWindow(state, state.window));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(state));
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 2) return;
    width = entry.contentRect.width;
    if (state.found.length) draw(state);
  }).observe(main.querySelector(".charts"));
  // The scores load after the chart, because scoring takes seconds.
  const showScores = async () => (await import("./site_scores.js")).show(main.querySelector("#latest-scores"));
  call("GET", "timeline").then(async (events) => {
    state.events = (events ?? []).filter((each) => !each.settings.site || each.settings.site === site.site);
    await restore();
    await showScores();
  });
}

// Select the first measurement of each commodity, to compare them below each other.
function selectOneOfEach(state) {
  for (const fieldset of state.main.querySelectorAll(".series fieldset")) {
    [...fieldset.querySelectorAll("input")].forEach((each, index) => (each.checked = !index));
  }
  showWindow(state, state.window);
}

// Show a defect or a gap with some time around it.
function zoomTo(state, [begin, end]) {
  const margin = Math.max(SMALLEST_MARGIN, (end - begin) / 2);
  showWindow(state, within(state, [begin - margin, end + margin]));
}

// Show *window* and add it to the browser's history.
function showWindow(state, window) {
  state.window = window.map(Math.round);
  pushState(state);
  return show(state, state.window);
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
  const { main, site } = state;
  state.window = window.map(Math.round);
  const request = ++state.request;
  main.querySelector(".charts").setAttribute("aria-busy", "true");
  const view = viewOf(main);
  const compared = main.querySelector("#compare").checked;
  const selected = [...main.querySelectorAll(".series input:checked")];
  const range = `since=${formatUtc(state.window[0])}&until=${formatUtc(state.window[1])}`;
  showTotals(state, range, compared, selected);
  const [report, found] = await Promise.all([
    call("GET", `defects?site=${encodeURIComponent(site.site)}&${range}`),
    loadSeries({ ...state, view, compared }, selected),
  ]);
  if (request !== state.request) return; // The selection has changed.
  main.querySelector(".charts").removeAttribute("aria-busy");
  state.found = found;
  state.coarse = found.some((each) => each.counts.length);
  const keys = new Set(found.map((each) => each.key));
  state.defects = (report?.defects ?? []).filter((each) => each.keys.some((key) => keys.has(key)));
  draw(state);
}

// Show the amounts in the window, compared with those of the same intervals a year earlier.
async function showTotals(state, range, compared, selected) {
  const { main, site, request } = state;
  const keys = selected.map((each) => `&key=${encodeURIComponent(each.value)}`).join("");
  const page = await refreshParts(`${root}/console/sites/${encodeURIComponent(site.site)}/totals?${range}${compared ? "&compared" : ""}${keys}`);
  if (page && request === state.request) main.querySelector("#totals").textContent = page.querySelector("#totals").textContent;
}

function draw(state) {
  const { main, found, window } = state;
  const [since, until] = window;
  for (const each of main.querySelectorAll("[data-days]")) {
    const days = Number(each.dataset.days);
    const pressed = days ? Math.abs(until - since - days * DAY) < 60 : window[0] === state.whole[0] && window[1] === state.whole[1];
    each.setAttribute("aria-pressed", String(pressed));
  }
  state.showDates(window);
  main.querySelector("#range").textContent = describe(state);
  const startedAt = performance.now();
  const view = viewOf(main);
  showLegend(state, view);
  const panel = main.querySelector(`#${view}`);
  const zoom = { to: (from, to) => showWindow(state, within(state, [from, to])), toDefect: (begin, end) => zoomTo(state, [begin, end]) };
  if (views[view]) views[view](panel, state, zoom);
  else LAZY_VIEWS[view]().then((found) => ((views[view] = found.draw), draw(state)));
  showLineStyles(state, view);
  main.dataset.drawnIn = (performance.now() - startedAt).toFixed(1);
  main.dataset.shown = String(found.reduce((sum, each) => sum + each.dates.length, 0));
  if (main.dataset.shown !== "0") complete("chart");
  showTable(main.querySelector("#table > div"), found);
  showDefects(main.querySelector("#defects > div"), main.querySelector("#defect-count"), state);
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

// Show the marks of the legend that occur in the chart.
function showLegend({ main, found, defects, events, window }, view) {
  const statuses = new Set(found.filter((each) => !each.counts.length).flatMap((each) => [...new Set(each.statuses)]));
  const shown = {
    late: statuses.has(1),
    revised: statuses.has(2),
    estimated: statuses.has(3),
    pushed: statuses.has(4),
    defect: defects.length > 0,
    missing: found.some((each) => each.gaps.length),
    event: events.some((each) => window[0] <= secondsOf(each.at) && secondsOf(each.at) < window[1]),
    band: found.some((each) => each.counts.length),
    earlier: found.some((each) => each.earlier),
  };
  const drawn = [...new Set(found.filter(({ earlier, interval }) => earlier && earlier.interval !== interval).map(({ earlier }) => PERIODS[earlier.interval]))];
  main.querySelector("#legend [data-mark=earlier] span").textContent = drawn.length ? `, mean per ${drawn.join(" or ")}` : "";
  for (const each of main.querySelectorAll("#legend [data-mark]")) {
    const { mark } = each.dataset;
    each.hidden = !shown[mark] || view === "load" || (view === "heat" && mark !== "missing");
  }
}

function describe({ found, window, site }) {
  if (!found.length) return "Select a measurement.";
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  const count = found.reduce((sum, { dates, counts }) => sum + (counts.length ? counts.reduce((all, each) => all + each, 0) : dates.length), 0);
  const intervals = [...new Set(found.map((each) => INTERVAL_NAMES[each.own] ?? each.own))].join(", ");
  const periods = [...new Set(found.filter((each) => each.counts.length).map((each) => PERIODS[each.interval]))].join(" or ");
  const drawn = periods ? `; mean, lowest and highest per ${periods}` : "";
  return `${formatLocal(offsets, window[0])} to ${formatLocal(offsets, window[1])}, ${site.timezone}: ${formatCount(count)} readings, ${intervals}${drawn}`;
}

// The file has single readings, also if the chart shows aggregated ones.
async function download(state) {
  const { main, site } = state;
  const selected = [...main.querySelectorAll(".series input:checked")];
  const found = state.coarse ? await loadSeries({ ...state, view: "single" }, selected) : state.found;
  save(`${site.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.csv`, csvOf(found), "text/csv");
}

// The readings of a site: which, of which window, and how they are shown.
import { call } from "./control.js";
import { colourOf, dashOf, local, utc, whole } from "./elements.js";
import { drawLines } from "./lines.js";
import { csvOf, requestFor, save, showTable, showWrong } from "./behind.js";
import { choose, keep, viewOf, windowIn } from "./address.js";

const DAY = 86400;
const FINE_DAYS = 400; // beyond, a chart shows days
const EVERY = { PT15M: "quarter-hourly", PT1H: "hourly", P1D: "daily", P1M: "monthly" };
const LATER = { heat: () => import("./heat.js"), load: () => import("./load.js") }; // once somebody chooses them
const views = { lines: drawLines };
const seconds = (instant) => Date.parse(instant) / 1000;

export function start(main) {
  const scored = main.querySelector("#scored");
  if (scored) onceInSight(scored, () => import("./site_scores.js").then((found) => found.show(scored)));
  const form = main.querySelector(".series");
  if (!form) return;
  const site = JSON.parse(main.dataset.charted);
  const whole = [seconds(site.begins), Math.max(seconds(site.now), seconds(site.begins) + DAY)];
  const state = { site, main, whole, window: whole, found: [], wrong: [], events: [], asked: 0 };
  const first = site.days * DAY;
  if (whole[1] - whole[0] > 2 * first) state.window = [whole[1] - first, whole[1]];
  state.first = state.window;
  const restore = () => {
    state.window = within(state, windowIn() ?? state.first);
    choose(main);
    return show(state, state.window);
  };
  const again = () => (main.isConnected ? restore() : removeEventListener("popstate", again));
  addEventListener("popstate", again);

  main.addEventListener("click", (event) => {
    const days = event.target.closest("[data-days]");
    if (days) go(state, windowOf(state, Number(days.dataset.days) * DAY));
    const move = event.target.closest("[data-move]");
    if (move) {
      const step = (state.window[1] - state.window[0]) * Number(move.dataset.move);
      go(state, within(state, state.window.map((edge) => edge + step)));
    }
    if (event.target.closest("#csv")) download(state);
  });
  main.addEventListener("console:chosen", () => {
    keep(state);
    draw(state);
  });
  form.addEventListener("change", () => go(state, state.window));
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

// Shows what somebody chose, so that the way back leads to what was there before.
function go(state, window) {
  state.window = window.map(Math.round);
  keep(state);
  return show(state, state.window);
}

function onceInSight(place, act) {
  new IntersectionObserver(([entry], watcher) => {
    if (!entry.isIntersecting) return;
    watcher.disconnect();
    act();
  }).observe(place);
}

// The window of that length with the same end, or around the same middle once somebody moved.
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
  const asked = ++state.asked;
  state.main.querySelector(".charts").setAttribute("aria-busy", "true");
  const [since, until] = state.window;
  const coarse = until - since > FINE_DAYS * DAY;
  const chosen = [...state.main.querySelectorAll(".series input:checked")];
  const between = `since=${utc(since)}&until=${utc(until)}`;
  const id = encodeURIComponent(state.site.site);
  const [truth, ...found] = await Promise.all([
    call("GET", `defects?site=${id}&${between}`),
    ...chosen.map((each) =>
      call("GET", `series?site=${id}&key=${each.value}&${between}&differences=true${coarse ? "&interval=P1D" : ""}`),
    ),
  ]);
  if (asked !== state.asked) return; // Somebody chose anew meanwhile.
  state.main.querySelector(".charts").removeAttribute("aria-busy");
  const seen = {};
  state.coarse = coarse;
  state.found = found.flatMap((series, index) => {
    if (!series) return [];
    const { name } = chosen[index].dataset;
    const { commodity } = chosen[index].closest("fieldset").dataset;
    const number = (seen[commodity] = (seen[commodity] ?? -1) + 1);
    return [{ ...series, dates: summed(series.dates), updated_at: summed(series.updated_at), name, commodity, number }];
  });
  const keys = new Set(state.found.map((each) => each.key));
  state.wrong = (truth?.defects ?? []).filter((each) => each.keys.some((key) => keys.has(key)));
  draw(state);
}

function summed(differences) {
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
  main.querySelector("#range").textContent = said(state);
  const began = performance.now();
  const view = viewOf(main);
  const legend = main.querySelector("#legend");
  legend.hidden = view === "load";
  for (const each of legend.children) each.hidden = view === "heat" && !each.querySelector(".hatch");
  const panel = main.querySelector(`#${view}`);
  const zoom = (from, to) => go(state, within(state, [from, to]));
  if (views[view]) views[view](panel, state, zoom);
  else LATER[view]().then((found) => ((views[view] = found.draw), draw(state)));
  paintKeys(state, view);
  main.dataset.drawnIn = (performance.now() - began).toFixed(1);
  main.dataset.shown = String(found.reduce((sum, each) => sum + each.dates.length, 0));
  showTable(main.querySelector("#table > div"), found);
  showWrong(main.querySelector("#wrong > div"), main.querySelector("#wrong-count"), state.wrong, found);
  requestFor(main.querySelector(".asks-for pre code"), state);
}

// Each measurement that is drawn shows its line beside its name.
function paintKeys({ main, found }, view) {
  for (const key of main.querySelectorAll(".series .key line")) key.removeAttribute("stroke");
  for (const each of view === "heat" ? [] : found) {
    const line = main.querySelector(`.series input[value="${CSS.escape(each.key)}"] ~ .key line`);
    line.setAttribute("stroke", colourOf(each.commodity));
    line.setAttribute("stroke-dasharray", dashOf(each).join(" "));
  }
}

function said({ found, window, site }) {
  if (!found.length) return "Choose a measurement.";
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  const count = found.reduce((sum, each) => sum + each.dates.length, 0);
  const every = [...new Set(found.map((each) => EVERY[each.interval] ?? each.interval))].join(", ");
  return `${local(offsets, window[0])} to ${local(offsets, window[1])}, ${site.timezone}: ${whole(count)} readings, ${every}`;
}

function download(state) {
  save(`${state.site.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.csv`, csvOf(state.found), "text/csv");
}

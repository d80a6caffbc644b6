// Time line: an axis with events, and a handle for the time to move the clock to.
import { refreshParts, root } from "./api_client.js";
import { element } from "./dom.js";

const PAST = 0.2; // part of the axis before the current time
const DAY = 86400000; // milliseconds
const PREVIEW_DELAY = 300; // milliseconds after the last movement of the handle
const TICKS = { 1: 6 * 3600000, 7: DAY, 31: 7 * DAY, 92: 14 * DAY }; // distance of the ticks, by days
const STEPS = { 1: 900000, 7: 3600000, 31: 6 * 3600000, 92: DAY }; // of the handle, by days
let timer;

// Return the text of an instant, as everywhere in the console.
export const formatInstant = (at) => new Date(at).toISOString().slice(0, 19).replace("T", " ");

export const formatRfc3339 = (at) => `${new Date(at).toISOString().slice(0, 19)}Z`;

// Return the changes between two instants as an element, or undefined if the server does not list them.
export async function fetchEffects(since, until) {
  const query = new URLSearchParams({ since: formatRfc3339(since), until: formatRfc3339(until) });
  const page = await refreshParts(`${root}/console/clock/effects?${query}`);
  return page?.querySelector("#effects") ?? undefined;
}

export function startTimeLine(main) {
  const line = main.querySelector("#time-line");
  const handle = line.querySelector("#target");
  handle.addEventListener("input", () => showTarget(main, line));
  line.addEventListener("click", ({ target }) => {
    if (!target.dataset.span) return;
    for (const each of line.querySelectorAll("[data-span]")) each.setAttribute("aria-pressed", String(each === target));
    draw(main, line);
  });
  draw(main, line);
}

const daysOf = (line) => Number(line.querySelector("[data-span][aria-pressed=true]").dataset.span);

// Return the current time of the page's clock in milliseconds. The display advances with a running clock.
const currentTime = (main) => Date.parse(`${main.querySelector(".big [data-clock]").textContent.replace(" ", "T")}Z`);

// Return the time that the handle points to.
export function targetOf(main) {
  const handle = main.querySelector("#target");
  return Number(handle.dataset.now) + Number(handle.value) * Number(handle.dataset.step);
}

// Draw ticks and events, and set the handle to the current time.
function draw(main, line) {
  const days = daysOf(line);
  const now = currentTime(main);
  const span = days * DAY;
  const begin = now - (PAST / (1 - PAST)) * span;
  const left = (at) => `${(100 * (at - begin)) / (now + span - begin)}%`;
  const handle = line.querySelector("#target");
  Object.assign(handle.dataset, { now, step: STEPS[days] });
  Object.assign(handle, { max: Math.floor(span / STEPS[days]), value: 0 });
  const place = (item, at) => {
    item.style.left = left(at);
    return item;
  };
  const ticks = [];
  for (let at = Math.ceil(begin / TICKS[days]) * TICKS[days]; at < now + span; at += TICKS[days]) {
    const label = new Date(at).toISOString();
    ticks.push(place(element("span", {}, days === 1 ? label.slice(11, 16) : label.slice(5, 10)), at));
  }
  const scale = line.querySelector(".ticks");
  scale.replaceChildren(...ticks);
  // The label of a tick at the end is on its left side, where it is not cut off.
  for (const each of ticks) each.classList.toggle("at-end", each.offsetLeft + each.offsetWidth > scale.clientWidth);
  const marks = JSON.parse(line.dataset.marks)
    .map(([at, title]) => [Date.parse(at), title])
    .filter(([at]) => at > begin && at < now + span)
    .map(([at, title]) => place(element("i", { title: `${title}, ${formatInstant(at)}` }), at));
  line.querySelector(".marks").replaceChildren(...marks);
  showTarget(main, line);
}

// Show the target, and after a pause what will happen until then.
function showTarget(main, line) {
  clearTimeout(timer);
  const handle = line.querySelector("#target");
  const move = line.querySelector("#move");
  const isMoved = Number(handle.value) > 0;
  const text = formatInstant(targetOf(main));
  handle.setAttribute("aria-valuetext", isMoved ? text : `${text}, the current time`);
  move.hidden = !isMoved;
  move.textContent = `Move the clock to ${text.slice(0, 16)}`;
  if (!isMoved) return;
  timer = setTimeout(() => preview(main, line), PREVIEW_DELAY);
}

async function preview(main, line) {
  const target = targetOf(main);
  const effects = await fetchEffects(currentTime(main), target);
  if (!effects || target !== targetOf(main)) return;
  effects.removeAttribute("id");
  line.querySelector("#plan").replaceChildren(...effects.childNodes);
}

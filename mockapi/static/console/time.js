// The clock goes on in the page as it does in the world, and follows whoever moves it.
import { renew, root, send } from "./control.js";

const ASKED = 5000; // milliseconds between two looks at the world's clock
const HAND = 2000; // milliseconds by which a clock may be off before it is set
const bases = new WeakMap();

const clocks = () => [...document.querySelectorAll("[data-clock]")];

// What a clock of the page tells counts from when it came, not from when the page did.
function note() {
  for (const clock of clocks()) {
    if (!bases.has(clock)) bases.set(clock, { at: Date.parse(clock.dateTime), since: performance.now(), rate: Number(clock.dataset.rate) });
  }
}

const told = ({ at, since, rate }) => at + (performance.now() - since) * rate;

function draw() {
  for (const clock of clocks()) {
    const base = bases.get(clock);
    if (base?.rate) clock.textContent = new Date(told(base)).toISOString().slice(0, 19).replace("T", " ");
  }
}

// Sets the clocks by the world's; where it was moved, what the page tells of time is told anew.
export async function look() {
  const main = document.getElementById("content");
  const [clock] = clocks();
  if (document.hidden || !clock || main.hasAttribute("data-locked") || !document.querySelector("#status .switch")) return;
  const asked = performance.now();
  const answer = await send("clock").catch(() => null);
  if (answer?.status === 404 && root) gone(main, (await answer.json()).detail);
  if (!answer?.ok) return;
  const { now, mode, rate } = await answer.json();
  const since = (asked + performance.now()) / 2;
  const base = bases.get(clock);
  const pace = mode === "system" ? 1 : rate;
  const off = Math.abs(Date.parse(now) - (base.at + (since - base.since) * base.rate));
  if (mode === clock.dataset.mode && pace === base.rate && off <= HAND * Math.max(1, pace)) {
    for (const each of clocks()) bases.set(each, { at: Date.parse(now), since, rate: pace });
    return;
  }
  const held = document.querySelector("#status");
  if (held.querySelector("[open]") || held.contains(document.activeElement)) return;
  await renew(location.href, "#status", ...[...main.querySelectorAll("[data-timed]")].map((each) => `#${each.id}`));
}

function gone(main, why) {
  if (main.querySelector(".gone")) return;
  const line = document.createElement("p");
  line.className = "error gone";
  line.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = "/console/worlds";
  link.textContent = "The worlds that there are";
  line.append(`${why} `, link);
  main.prepend(line);
}

export function begin() {
  note();
  document.addEventListener("console:shown", note);
  document.addEventListener("console:renewed", note);
  document.addEventListener("visibilitychange", look);
  setInterval(draw, 1000);
  setInterval(look, ASKED);
}

// The journal as it is written.
import { call, reload, renew, root, send, tell } from "./control.js";
import { element } from "./elements.js";
import { save } from "./download.js";
import { follow } from "./tail.js";

const MOST = 200;
const PAUSE = 250; // milliseconds in which rows are gathered, for a list that is calm
const KINDS = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };

let found; // the list that is followed
let heard = []; // what is not shown in it yet, the oldest first
let soon;

export function start(main) {
  main.addEventListener("click", async (event) => {
    if ("har" in event.target.dataset) download();
    if ("forget" in event.target.dataset && (await call("DELETE", "journal")) !== undefined && (await reload())) tell("Forgotten.");
    if (event.target.id === "held") showHeld();
  });
  main.addEventListener("htmx:after:swap", () => {
    if (found !== main.querySelector("#found")) live(main);
    showChosen(main);
  });
  live(main);
}

function live(main) {
  found = main.querySelector("#found");
  heard = [];
  const list = found.querySelector(".tall");
  for (const each of ["pointerleave", "focusout", "scroll"]) list?.addEventListener(each, later);
  follow({ query: query(), read: found.dataset.read, request: list && hear, anew: () => begunAnew(main) });
}

async function begunAnew(main) {
  await renew(location.href, "#found", "#status");
  live(main);
}

function query() {
  const stated = new FormData(document.querySelector(".filters"));
  stated.delete("view");
  return String(new URLSearchParams([...stated].filter(([, value]) => value)));
}

function hear(entry) {
  heard.push(entry);
  later();
}

function later() {
  soon ??= setTimeout(() => {
    soon = undefined;
    const list = found.querySelector(".tall");
    if (found.dataset.before || isRead(list)) hold();
    else if (heard.length) show(list);
  }, PAUSE);
}

// Whoever points into the list, has the focus in it, marks text or scrolled down in it is not to lose the place.
function isRead(list) {
  const { isCollapsed, anchorNode } = getSelection();
  return list.matches(":hover, :focus-visible, :has(:focus-visible)") || list.scrollTop > 0 || (!isCollapsed && list.contains(anchorNode));
}

function hold() {
  const held = document.getElementById("held");
  held.hidden = !heard.length;
  held.textContent = `Show ${heard.length.toLocaleString("en")} new`;
}

function showHeld() {
  if (found.dataset.before) {
    location.assign(document.getElementById("newest").href);
    return;
  }
  const list = found.querySelector(".tall");
  list.scrollTop = 0;
  show(list);
  list.focus({ preventScroll: true });
}

// Puts what was heard on top, in a body of its own: what stood there is not moved, but put anew.
function show(list) {
  const old = list.querySelector("tbody");
  const rows = old.cloneNode(false);
  const fresh = heard.slice(-MOST).reverse().map(rowOf);
  rows.append(...fresh, ...[...old.children].slice(0, MOST - fresh.length).map(again));
  old.replaceWith(rows);
  htmx.process(rows);
  count(rows, heard.length);
  heard = [];
  hold();
}

function again(row) {
  const copy = row.cloneNode(true);
  copy.classList.remove("fresh");
  copy.querySelector("a").removeAttribute("data-htmx-powered");
  return copy;
}

function count(rows, added) {
  const { size } = found.dataset;
  const { number } = rows.firstElementChild.dataset;
  // What gave way in a full journal may have been meant by the filter, or not: the server knows.
  if (query() && Number(number) > Number(size)) renew(location.href, "#counted");
  found.dataset.total = Math.min(Number(found.dataset.total) + added, Number(size));
  const total = Number(found.dataset.total);
  document.getElementById("counted").textContent = `The newest ${rows.children.length} of ${total.toLocaleString("en")}.`;
  const earlier = document.getElementById("earlier");
  earlier.hidden = total <= rows.children.length;
  const there = new URL(earlier.href);
  there.searchParams.set("before", rows.lastElementChild.dataset.number);
  earlier.href = there.href;
}

function rowOf(entry) {
  const path = `${root}/console/journal/${entry.number}`;
  const link = element("a", { href: path, "hx-get": path, "hx-target": "#entry", "hx-select": "#entry", "hx-swap": "outerHTML" }, element("b", {}, entry.method), ` ${entry.path}`);
  const kind = entry.status ? KINDS[String(entry.status)[0]] : "bad";
  return element(
    "tr",
    { class: "fresh", "data-number": entry.number },
    element("td", { class: "number", "data-label": "No." }, String(entry.number)),
    element("td", { class: "time" }, entry.at.slice(11, 19)),
    element("td", {}, element("span", { class: `tag ${kind}` }, String(entry.status ?? "cut off")), ...entry.faults.flatMap((each) => [" ", element("span", { class: "tag bad" }, each.kind)])),
    element("td", { class: "path" }, link, " ", element("small", {}, entry.operation ?? "")),
    element("td", { class: "number", "data-unit": "ms" }, entry.duration_ms.toFixed(0)),
  );
}

// Says which request is shown in full, and brings it into sight where it is below the table.
function showChosen(main) {
  const number = main.querySelector("#entry h2")?.textContent.split(":")[0];
  if (!number) return;
  for (const link of main.querySelectorAll("#entries a")) {
    if (link.pathname.endsWith(`/journal/${number}`)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const entry = main.querySelector("#entry");
  if (entry.getBoundingClientRect().top > 0.6 * innerHeight) entry.scrollIntoView();
}

async function download() {
  const answer = await send(`journal/har?${query()}`);
  if (!answer.ok) return tell((await answer.json()).detail);
  return save("journal.har", await answer.blob());
}

// Journal page: list of requests, updated live.
import { call, notify, notifyProblem, refreshParts, reload, root, send } from "./api_client.js";
import { element, formatCount, formatGap } from "./dom.js";
import { save } from "./download.js";
import { subscribe } from "./live_updates.js";

const MAX_ROWS = 100; // as on the server
const UPDATE_INTERVAL = 250; // milliseconds: rows are added in groups to keep the list calm
const TAG_CLASSES = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };

let found; // the list that is updated
let pending = []; // entries that are not in the list yet, the oldest first
let timer;

export function start(main) {
  main.addEventListener("click", async (event) => {
    if ("har" in event.target.dataset) download();
    if ("clear" in event.target.dataset && (await call("DELETE", "journal")) !== undefined && (await reload())) notify("All requests are deleted from the journal.");
    if (event.target.id === "show-pending") showPending();
  });
  main.addEventListener("htmx:after:swap", () => {
    if (found !== main.querySelector("#found")) startUpdates(main);
    showSelected(main);
  });
  startUpdates(main);
}

function startUpdates(main) {
  found = main.querySelector("#found");
  pending = [];
  const list = found.querySelector(".tall");
  for (const each of ["pointerleave", "focusout", "scroll"]) list?.addEventListener(each, scheduleUpdate);
  subscribe({ query: query(), bookmark: found.dataset.bookmark, onRequest: list && add, onReset: () => onReset(main) });
}

async function onReset(main) {
  await refreshParts(location.href, "#found", "#status");
  startUpdates(main);
}

function query() {
  const data = new FormData(document.querySelector(".filters"));
  data.delete("view");
  return String(new URLSearchParams([...data].filter(([, value]) => value)));
}

function add(entry) {
  // The bookmark of a page is older than its rows.
  if (entry.number <= Number(found.querySelector("#entries tr")?.dataset.number ?? 0)) return;
  pending.push(entry);
  scheduleUpdate();
}

function scheduleUpdate() {
  timer ??= setTimeout(() => {
    timer = undefined;
    const list = found.querySelector(".tall");
    if (found.dataset.before || isInUse(list)) showPendingCount();
    else if (pending.length) show(list);
  }, UPDATE_INTERVAL);
}

// Return whether the pointer, the focus or a text selection is in the list, or it is scrolled: then it must not move.
function isInUse(list) {
  const { isCollapsed, anchorNode } = getSelection();
  return list.matches(":hover, :focus-visible, :has(:focus-visible)") || list.scrollTop > 0 || (!isCollapsed && list.contains(anchorNode));
}

function showPendingCount() {
  const button = document.getElementById("show-pending");
  button.hidden = !pending.length;
  button.textContent = `Show ${formatCount(pending.length)} new`;
}

function showPending() {
  if (found.dataset.before) {
    location.assign(document.getElementById("newest").href);
    return;
  }
  const list = found.querySelector(".tall");
  list.scrollTop = 0;
  show(list);
  list.focus({ preventScroll: true });
}

// Add the pending entries at the top, in a new body: moving the existing rows would count as a layout shift.
function show(list) {
  const old = list.querySelector("tbody");
  const rows = old.cloneNode(false);
  const fresh = pending.slice(-MAX_ROWS).reverse().map(rowOf);
  rows.append(...fresh, ...[...old.children].slice(0, MAX_ROWS - fresh.length).map(copyOf));
  old.replaceWith(rows);
  list.querySelector(".no-requests")?.remove();
  htmx.process(rows);
  updateCount(rows, pending.length);
  pending = [];
  showPendingCount();
}

function copyOf(row) {
  const copy = row.cloneNode(true);
  copy.classList.remove("fresh");
  copy.querySelector("a").removeAttribute("data-htmx-powered");
  return copy;
}

function updateCount(rows, added) {
  const { size } = found.dataset;
  const { number } = rows.firstElementChild.dataset;
  // A full journal drops old entries; only the server knows whether they matched the filter.
  if (query() && Number(number) > Number(size)) refreshParts(location.href, "#counted");
  found.dataset.total = Math.min(Number(found.dataset.total) + added, Number(size));
  const total = Number(found.dataset.total);
  document.getElementById("counted").textContent = `Newest ${rows.children.length} of ${formatCount(total)}.`;
  const earlier = document.getElementById("earlier");
  earlier.hidden = total <= rows.children.length;
  const url = new URL(earlier.href);
  url.searchParams.set("before", rows.lastElementChild.dataset.number);
  earlier.href = url.href;
}

function rowOf(entry) {
  const path = `${root}/console/journal/${entry.number}`;
  const link = element("a", { href: path, "hx-get": path, "hx-target": "#entry", "hx-select": "#entry", "hx-swap": "outerHTML" }, element("b", {}, entry.method), ` ${entry.path}`);
  const kind = entry.status ? TAG_CLASSES[String(entry.status)[0]] : "bad";
  return element(
    "tr",
    { class: "fresh", "data-number": entry.number },
    element("td", { class: "number", "data-label": "No." }, String(entry.number)),
    element("td", { class: "time" }, entry.real_at.slice(11, 19)),
    element("td", { class: "time", "data-label": "World", title: entry.at.slice(0, 19).replace("T", " ") }, entry.at.slice(5, 16).replace("T", " ")),
    element("td", { class: "number", "data-label": "Gap" }, entry.gap_ms === null ? "" : formatGap(entry.gap_ms)),
    element("td", {}, element("span", { class: `tag ${kind}` }, String(entry.status ?? "aborted")), ...[...new Set(entry.faults.map((each) => each.kind))].flatMap((kind) => [" ", element("span", { class: "tag bad" }, kind)])),
    element("td", { class: "path" }, link, " ", element("small", {}, entry.operation ?? "")),
    element("td", { class: "number", "data-unit": "ms" }, formatCount(Math.round(entry.duration_ms))),
  );
}

// Mark the request whose details are shown, and scroll to the details if they are below the table.
function showSelected(main) {
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
  const response = await send(`journal/har?${query()}`);
  if (!response.ok) return notifyProblem((await response.json()).detail);
  return save("journal.har", await response.blob());
}

// The journal as it is written.
import { call, reload, root, tell, token } from "./control.js";
import { element } from "./elements.js";
import { follow } from "./tail.js";

const MOST = 200;
const KINDS = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };
let leave;

export function start(main) {
  main.addEventListener("click", async (event) => {
    if ("har" in event.target.dataset) download();
    if ("forget" in event.target.dataset && (await call("DELETE", "journal")) !== undefined && (await reload())) tell("Forgotten.");
  });
  const live = () => {
    leave?.();
    leave = follow(query(), (entry) => {
      if (main.dataset.view === "requests") add(entry);
    });
  };
  main.querySelector(".filters").addEventListener("change", live);
  live();
}

function query() {
  const stated = new FormData(document.querySelector(".filters"));
  stated.delete("view");
  const kept = [...stated].filter(([, value]) => value);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

function add(entry) {
  const path = `${root}/console/journal/${entry.number}`;
  const link = element("a", { href: path, "hx-get": path, "hx-target": "#entry", "hx-select": "#entry", "hx-swap": "outerHTML" }, element("b", {}, entry.method), ` ${entry.path}`);
  const kind = entry.status ? KINDS[String(entry.status)[0]] : "bad";
  const cells = [
    element("td", { class: "number" }, String(entry.number)),
    element("td", { class: "time" }, entry.at.slice(11, 19)),
    element("td", {}, element("span", { class: `tag ${kind}` }, String(entry.status ?? "cut off")), " ", ...entry.faults.map((each) => element("span", { class: "tag bad" }, each))),
    element("td", { class: "path" }, link, " ", element("small", {}, entry.operation ?? "")),
    element("td", { class: "number" }, entry.duration_ms.toFixed(0)),
  ];
  const row = element("tr", { class: "fresh" }, ...cells);
  const rows = document.getElementById("entries");
  rows.prepend(row);
  htmx.process(row);
  while (rows.children.length > MOST) rows.lastElementChild.remove();
}

async function download() {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const answer = await fetch(`${root}/__admin/journal/har${query()}`, { headers });
  if (!answer.ok) return tell((await answer.json()).detail);
  const link = element("a", { href: URL.createObjectURL(await answer.blob()), download: "journal.har" });
  link.click();
  return URL.revokeObjectURL(link.href);
}

// The journal as it is written.
import { call, reload, root, tell, token } from "./control.js";
import { element } from "./elements.js";
import { save } from "./behind.js";
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
    const show = (entry) => main.dataset.view === "requests" && add(entry);
    leave = follow(query(), show, Number(document.querySelector("#found").dataset.newest));
  };
  main.querySelector(".filters").addEventListener("change", live);
  main.addEventListener("htmx:after:swap", () => showChosen(main));
  live();
}

function query() {
  const stated = new FormData(document.querySelector(".filters"));
  stated.delete("view");
  const kept = [...stated].filter(([, value]) => value);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}

function add(entry) {
  if (document.querySelector(`#entries [data-number="${entry.number}"]`)) return;
  const path = `${root}/console/journal/${entry.number}`;
  const link = element("a", { href: path, "hx-get": path, "hx-target": "#entry", "hx-select": "#entry", "hx-swap": "outerHTML" }, element("b", {}, entry.method), ` ${entry.path}`);
  const kind = entry.status ? KINDS[String(entry.status)[0]] : "bad";
  const cells = [
    element("td", { class: "number", "data-label": "No." }, String(entry.number)),
    element("td", { class: "time" }, entry.at.slice(11, 19)),
    element("td", {}, element("span", { class: `tag ${kind}` }, String(entry.status ?? "cut off")), " ", ...entry.faults.map((each) => element("span", { class: "tag bad" }, each.kind))),
    element("td", { class: "path" }, link, " ", element("small", {}, entry.operation ?? "")),
    element("td", { class: "number", "data-unit": "ms" }, entry.duration_ms.toFixed(0)),
  ];
  const row = element("tr", { class: "fresh", "data-number": entry.number }, ...cells);
  const rows = document.getElementById("entries");
  rows.prepend(row);
  htmx.process(row);
  while (rows.children.length > MOST) rows.lastElementChild.remove();
  document.getElementById("counted").textContent = `The newest ${rows.children.length}.`;
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
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const answer = await fetch(`${root}/__admin/journal/har${query()}`, { headers });
  if (!answer.ok) return tell((await answer.json()).detail);
  return save("journal.har", await answer.blob());
}

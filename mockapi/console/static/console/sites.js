// Sites page: figures are computed by the server, a few sites per request, for visible rows or to sort all rows.
import { refreshParts, root } from "./api_client.js";

const PER_REQUEST = 4;
const STEPS_PER_TABLE = 12; // between two updates of a table that is sorted by figures
const AHEAD = 150; // pixels below the visible part that are computed, too
let run = 0;

export function start(main) {
  const compute = () => computeFigures(main);
  compute();
  main.addEventListener("htmx:after:swap", compute);
  const onScroll = () => (main.isConnected ? "complete" in main.dataset && compute() : removeEventListener("scroll", onScroll));
  addEventListener("scroll", onScroll, { passive: true });
}

// Compute missing figures until the visible rows are complete, or until another call starts.
async function computeFigures(main) {
  const own = ++run;
  const isCurrent = () => own === run && main.isConnected;
  delete main.dataset.complete;
  for (let step = 1; isCurrent() && main.querySelector("#progress[data-pending]"); step += 1) {
    if (!(await refreshParts(`${root}/console/site-progress${location.search}`, "#progress")) || !isCurrent()) return;
    if (step % STEPS_PER_TABLE === 0 || !main.querySelector("#progress[data-pending]")) await refreshParts(location.href, "#found");
  }
  while (isCurrent()) {
    const rows = [...main.querySelectorAll("tr[data-pending]")].filter(isNear).slice(0, PER_REQUEST);
    if (!rows.length) break;
    const query = new URLSearchParams(rows.map((each) => ["site", each.dataset.site]));
    const selectors = rows.map((each) => `[id="${CSS.escape(each.id)}"]`);
    if (!(await refreshParts(`${root}/console/site-rows?${query}`, ...selectors))) return;
  }
  if (isCurrent()) main.dataset.complete = "";
}

function isNear(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return bottom > 0 && top < innerHeight + AHEAD;
}

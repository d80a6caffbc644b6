// Home page: figures that are computed step by step, the guided tour, and the latest requests, updated live.
import { notify, notifyProblem, refreshParts, reload, root } from "./api_client.js";
import { coalesce, subscribe } from "./live_updates.js";
import { showTour } from "./tour.js";

const APIS = /\/(ecostruxure|openesx)\//;

export function start(main) {
  const refresh = coalesce(async () => {
    await refreshParts(location.href, "#latest", "#status", "#tour", "#tiles", "#clock");
    showTour(main);
    await computeFigures(main);
  });
  showTour(main);
  computeFigures(main).then(() => (main.dataset.ready = ""));
  main.addEventListener("click", ({ target }) => target.closest("[data-ask]") && ask(target.closest("[data-ask]").dataset.ask));
  subscribe({
    query: "",
    bookmark: main.dataset.bookmark,
    onRequest: (entry) => APIS.test(entry.path) && refresh(),
    onClock: refresh,
    onReset: () => reload(),
  });
}

// Load the tiles until the server has computed the figures of all sites that they show.
async function computeFigures(main) {
  while (main.isConnected && main.querySelector("#tiles[data-pending]")) {
    if (!(await refreshParts(`${root}/console/tiles`, "#tiles"))) return;
  }
}

// Send the first request of a scoring partner, as the examples do.
async function ask(token) {
  try {
    const response = await fetch(`${root}/ecostruxure/scoring/v1/sites`, { headers: { Authorization: `Bearer ${token}` } });
    const body = response.headers.get("content-type")?.includes("json") ? await response.json() : null;
    if (response.ok && Array.isArray(body)) notify(`The API responded with ${response.status} and ${body.length} sites.`);
    else notifyProblem(`The API responded with ${response.status}${body?.title ? `: ${body.title}` : ""}.`);
  } catch {
    notifyProblem("The connection ended before a response.");
  }
}

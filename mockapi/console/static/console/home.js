// Home page: the latest requests, updated live.
import { refreshParts, reload } from "./api_client.js";
import { coalesce, subscribe } from "./live_updates.js";

const APIS = /\/(ecostruxure|openesx)\//;

export function start(main) {
  const refresh = coalesce(() => refreshParts(location.href, "#latest", "#status", ".summary"));
  subscribe({
    query: "",
    bookmark: main.dataset.bookmark,
    onRequest: (entry) => APIS.test(entry.path) && refresh(),
    onClock: refresh,
    onReset: () => reload(),
  });
  main.dataset.ready = "";
}

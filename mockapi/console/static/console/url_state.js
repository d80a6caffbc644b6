// Chart settings in the URL: time window, view and measurements.
import { formatUtc, secondsOf } from "./dom.js";

export const viewOf = (main) => main.querySelector("#readings [role=tab][aria-selected=true]").id.replace("view-", "");

// Return the window of the URL in seconds, or undefined if it has no valid one.
export function windowFromUrl() {
  const query = new URLSearchParams(location.search);
  const edges = ["since", "until"].map((name) => secondsOf(query.get(name)));
  return edges[1] - edges[0] > 0 ? edges : undefined;
}

// Select the measurements and the view of the URL, or the page's defaults.
export function applyUrl(main) {
  const query = new URLSearchParams(location.search);
  const keys = query.getAll("key");
  for (const each of main.querySelectorAll(".series input")) {
    each.checked = keys.length ? keys.includes(each.value) : each.defaultChecked;
  }
  const tabs = [...main.querySelectorAll("#readings [role=tab]")];
  const selected = tabs.find((each) => each.id === `view-${query.get("view")}`) ?? tabs[0];
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === selected));
    each.tabIndex = each === selected ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = each !== selected;
  }
}

// Add the settings to the browser's history. An empty key means that no measurement is selected.
export function pushState({ main, window }) {
  const keys = [...main.querySelectorAll(".series input:checked")].map((each) => each.value);
  const pairs = [["since", formatUtc(window[0])], ["until", formatUtc(window[1])], ["view", viewOf(main)], ...(keys.length ? keys : [""]).map((each) => ["key", each])];
  const query = `?${new URLSearchParams(pairs)}`.replaceAll("%3A", ":");
  if (query !== location.search) history.pushState(null, "", query);
}

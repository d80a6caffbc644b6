// What is chosen of a chart stands in the page's address: to keep, to pass on, and to come back to.
import { utc } from "./elements.js";

export const viewOf = (main) => main.querySelector("#readings [role=tab][aria-selected=true]").id.replace("view-", "");

// The window that the address states, in seconds; undefined if it states none that can be.
export function windowIn() {
  const stated = new URLSearchParams(location.search);
  const edges = ["since", "until"].map((name) => Date.parse(stated.get(name)) / 1000);
  return edges[1] - edges[0] > 0 ? edges : undefined;
}

// Ticks and opens what the address states, or else what the page came with.
export function choose(main) {
  const stated = new URLSearchParams(location.search);
  const keys = stated.getAll("key");
  for (const each of main.querySelectorAll(".series input")) {
    each.checked = keys.length ? keys.includes(each.value) : each.defaultChecked;
  }
  const tabs = [...main.querySelectorAll("#readings [role=tab]")];
  const chosen = tabs.find((each) => each.id === `view-${stated.get("view")}`) ?? tabs[0];
  for (const each of tabs) {
    each.setAttribute("aria-selected", String(each === chosen));
    each.tabIndex = each === chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = each !== chosen;
  }
}

// Writes what is chosen as a step of its own; nothing ticked is an empty key.
export function keep({ main, window }) {
  const keys = [...main.querySelectorAll(".series input:checked")].map((each) => each.value);
  const stated = [["since", utc(window[0])], ["until", utc(window[1])], ["view", viewOf(main)], ...(keys.length ? keys : [""]).map((each) => ["key", each])];
  const address = `?${new URLSearchParams(stated)}`.replaceAll("%3A", ":");
  if (address !== location.search) history.pushState(null, "", address);
}

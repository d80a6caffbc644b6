// Faults page: presets, active faults with live counts, the last requests, and the form.
import { call, notify, notifyFieldProblem, refreshParts, reload } from "./api_client.js";
import { formatCount } from "./dom.js";
import { faultOf, showExamples, showFields } from "./fault_form.js";
import { coalesce, subscribe } from "./live_updates.js";

export async function start(main) {
  const form = main.querySelector("#fault");
  form.elements.kind.addEventListener("change", () => showFields(main));
  form.addEventListener("input", () => showExamples(main));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const added = await call("POST", "faults", faultOf(form), undefined, notifyFieldProblem(form));
    if (added) await showChange(`Fault ${added.fault.kind} is active.`);
  });
  main.addEventListener("click", (event) => runAction(main, event.target.dataset));
  await showFields(main);
  subscribe({ query: "", bookmark: main.dataset.bookmark, onRequest: coalesce(() => showRequests(main)), onReset: () => reload() });
  main.dataset.ready = "";
}

// Show the current faults and a message. The form and its code keep their content.
async function showChange(message, action) {
  if (await refreshParts(location.href, "#active", "#presets", "#status")) notify(message, { action });
}

// Run the action of a button and show its result.
async function runAction(main, { remove, removeAll, preset, removePreset }) {
  if (remove) {
    const removed = await call("DELETE", `faults/${encodeURIComponent(remove)}`);
    if (removed) await showChange(`Fault ${removed.fault.kind} is removed. It was applied to ${formatCount(removed.hits, "request")}.`);
  } else if (removeAll !== undefined) {
    await removeEveryFault();
  } else if (preset) {
    if (await call("POST", `faults/presets/${encodeURIComponent(preset)}`)) await showChange(`Preset ${preset} is active.`);
  } else if (removePreset) {
    const rows = main.querySelectorAll(`[data-source="${CSS.escape(removePreset)}"]`);
    const removed = await Promise.all([...rows].map((each) => call("DELETE", `faults/${encodeURIComponent(each.dataset.fault)}`)));
    const hits = removed.reduce((sum, each) => sum + (each?.hits ?? 0), 0);
    await showChange(`Preset ${removePreset} is removed. It was applied to ${formatCount(hits, "request")}.`);
  }
}

async function removeEveryFault() {
  const active = await call("GET", "faults");
  if (!active || (await call("DELETE", "faults")) === undefined) return;
  await showChange("All faults are removed.", { label: "Undo", run: () => addAgain(active) });
}

// Add the faults in their order. A preset is added as a whole, to remain a preset.
async function addAgain(active) {
  const presets = new Set((await call("GET", "faults/presets") ?? []).map((each) => each.name));
  const added = new Set();
  for (const { source, fault } of active) {
    if (!presets.has(source)) await call("POST", "faults", fault);
    else if (!added.has(source)) await call("POST", `faults/presets/${encodeURIComponent(source)}`);
    added.add(source);
  }
  await showChange("The faults are active again. Their counts start at 0.");
}

// Show the last requests and the counts. The rows stay, so that a click on a button is not lost.
async function showRequests(main) {
  const page = await refreshParts(location.href, "#recent");
  for (const fresh of page?.querySelectorAll("[data-fault]") ?? []) {
    const row = main.querySelector(`[data-fault="${CSS.escape(fresh.dataset.fault)}"]`);
    for (const count of row ? ["[data-matched]", "[data-hits]"] : []) row.querySelector(count).textContent = fresh.querySelector(count).textContent;
  }
}

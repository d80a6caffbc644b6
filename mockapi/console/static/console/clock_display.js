// Display of the world's clock, which advances in the page between responses.
const pageLoadedAt = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
const TOLERANCE = 1000; // milliseconds: duration of a response, and resolution of the shown time

// Record that the clocks in *markup* are correct at this moment.
export function stampClocks(markup) {
  for (const each of markup.querySelectorAll("[data-clock]")) each.dataset.correctAt = performance.now();
}

function currentTime(clock) {
  const { correctAt = pageLoadedAt, rate } = clock.dataset;
  return Date.parse(clock.dateTime) + (performance.now() - Number(correctAt)) * Number(rate);
}

function show(clock) {
  clock.textContent = new Date(currentTime(clock)).toISOString().slice(0, 19).replace("T", " ");
}

// Set all clocks to the state that the control API returned. Return whether the page showed another state.
export function setClock({ now, mode, rate }) {
  const clock = document.querySelector("#status [data-clock]");
  const tolerance = TOLERANCE * (1 + rate);
  const label = document.querySelector("#status [data-mode]");
  const differs = label.textContent !== label.dataset[mode] || Number(clock.dataset.rate) !== rate || Math.abs(currentTime(clock) - Date.parse(now)) > tolerance;
  for (const each of document.querySelectorAll("[data-clock]")) {
    each.dateTime = now;
    Object.assign(each.dataset, { rate, correctAt: performance.now() });
    show(each);
  }
  for (const each of document.querySelectorAll("[data-mode]")) each.textContent = each.dataset[mode];
  return differs;
}

setInterval(() => {
  for (const each of document.querySelectorAll("[data-clock]")) if (Number(each.dataset.rate)) show(each);
}, 1000);

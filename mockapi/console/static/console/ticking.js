// The clock goes on in the page as it does in the world.
const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
const SLACK = 1000; // milliseconds that an answer may take, and of which instants do not tell

// Says of clocks in markup that they are right at this moment; those of the page were when it came.
export function begin(markup) {
  for (const each of markup.querySelectorAll("[data-clock]")) each.dataset.right = performance.now();
}

function instant(clock) {
  const { right = arrived, rate } = clock.dataset;
  return Date.parse(clock.dateTime) + (performance.now() - Number(right)) * Number(rate);
}

function show(clock) {
  clock.textContent = new Date(instant(clock)).toISOString().slice(0, 19).replace("T", " ");
}

// Takes over what the control API tells of the clock; returns whether the page had it otherwise.
export function set({ now, mode, rate }) {
  const clock = document.querySelector("#status [data-clock]");
  const slack = SLACK * (1 + rate);
  const word = document.querySelector("#status [data-mode]");
  const differs = word.textContent !== word.dataset[mode] || Number(clock.dataset.rate) !== rate || Math.abs(instant(clock) - Date.parse(now)) > slack;
  for (const each of document.querySelectorAll("[data-clock]")) {
    each.dateTime = now;
    Object.assign(each.dataset, { rate, right: performance.now() });
    show(each);
  }
  for (const each of document.querySelectorAll("[data-mode]")) each.textContent = each.dataset[mode];
  return differs;
}

setInterval(() => {
  for (const each of document.querySelectorAll("[data-clock]")) if (Number(each.dataset.rate)) show(each);
}, 1000);

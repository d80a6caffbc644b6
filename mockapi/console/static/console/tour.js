// Steps of the guided tour that only the browser sees, kept for the session of the world.
const KEY = "mockapi.tour";
// The journal has a new name after each start and reset of the world.
const session = () => document.getElementById("content").dataset.bookmark.split("-")[0];

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    return stored?.session === session() ? stored.steps : [];
  } catch {
    return []; // Storage is blocked, or has another value.
  }
}

// Remember that the viewer did *step*: `chart` or `score`.
export function complete(step) {
  const steps = [...new Set([...read(), step])];
  try {
    localStorage.setItem(KEY, JSON.stringify({ session: session(), steps }));
  } catch {
    // Without storage, the step is not remembered.
  }
}

// Tick off the steps that are done.
export function showTour(main) {
  const steps = [...main.querySelectorAll("[data-step]")];
  for (const each of steps) each.toggleAttribute("data-done", each.hasAttribute("data-done") || read().includes(each.dataset.step));
  for (const each of steps) each.setAttribute("aria-label", `${each.hasAttribute("data-done") ? "Done" : "To do"}: ${each.firstElementChild.textContent}`);
  const done = steps.filter((each) => each.hasAttribute("data-done")).length;
  main.querySelector("#tour-count").textContent = done === steps.length ? "All done" : `${done} of ${steps.length} done`;
}

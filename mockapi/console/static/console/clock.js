// Clock page: presets, time line and forms that change the clock, and what each change did.
import { call, notify, refreshParts, reload, root } from "./api_client.js";
import { element, showError } from "./dom.js";
import { coalesce, subscribe } from "./live_updates.js";
import { fetchEffects, formatInstant, startTimeLine, targetOf } from "./time_line.js";
import { runUndoable } from "./undo.js";

const MOST_MOVES = 10;
const moves = []; // what the last moves on this page did, as elements; the newest first

export function start(main) {
  main.addEventListener("click", (event) => {
    const { advance, until } = event.target.closest("button")?.dataset ?? {};
    if (advance) changeClock(main, { advance });
    else if (until) moveTo(main, Date.parse(until));
    else if (event.target.id === "move") moveTo(main, targetOf(main));
  });
  main.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-change]");
    if (!form) return;
    event.preventDefault();
    const value = form.elements[form.dataset.change]?.value;
    const changes = {
      advance: () => ({ advance: value.trim() }),
      freeze: () => ({ freeze: value.trim() }),
      rate: () => ({ rate: value && Number(value) }), // An empty field is not 0, which would freeze the clock.
      follow: () => ({ follow: "system" }),
    };
    changeClock(main, changes[form.dataset.change](), form);
  });
  main.addEventListener("input", ({ target }) => target.closest("[data-change]") && showFieldErrors(main));
  startTimeLine(main);
  showMoves();
  const refresh = coalesce(() => refreshParts(location.href, "#clock-mode", "#timeline", "#next-event"));
  subscribe({ bookmark: main.dataset.bookmark, onClock: refresh, onReset: () => reload() });
}

// Advance by the time up to an instant, so that a running clock continues to run.
async function moveTo(main, at) {
  const clock = await call("GET", "clock");
  if (clock) await changeClock(main, { advance: `PT${Math.max(0, Math.ceil((at - Date.parse(clock.now)) / 1000))}S` });
}

// Show *message* at the field of *form*, and clear those of the other forms.
function showFieldErrors(main, form, message = "") {
  for (const each of main.querySelectorAll("[data-change]:has(.field-error)")) showError(each);
  if (!message) return;
  const field = form.elements[form.dataset.change];
  showError(form, message, field);
  field.focus();
}

const MODES = { frozen: "frozen", running: "running", system: "following the system time" };

async function changeClock(main, change, form) {
  showFieldErrors(main);
  if (change.advance && !/[1-9]/.test(change.advance) && form) return showFieldErrors(main, form, "Enter an ISO 8601 duration, above 0, such as P1DT2H, PT90S or P1M.");
  const onError = form?.elements[form.dataset.change] && ((message, [invalid]) => showFieldErrors(main, form, invalid ? `The value ${invalid.reason}.` : message));
  const before = await call("GET", "clock");
  if (!before) return;
  const after = await runUndoable(
    async () => {
      const changed = await call("PUT", "clock", change, root, onError);
      if (!changed || changed.now !== before.now || changed.mode !== before.mode || changed.rate !== before.rate) return changed;
      notify(`The clock is unchanged, at ${formatInstant(Date.parse(before.now))} UTC.`);
      return undefined;
    },
    ({ now, mode }) => `The clock is at ${formatInstant(Date.parse(now))} UTC, ${MODES[mode]}.`,
    () => record(element("p", { class: "move" }, `Undone: back to ${formatInstant(Date.parse(before.now))}`)),
  );
  if (!after) return;
  const effects = await fetchEffects(Date.parse(before.now), Date.parse(after.now));
  if (effects) record(...effects.childNodes);
}

function record(...content) {
  moves.unshift(element("li", {}, ...content));
  moves.splice(MOST_MOVES);
  showMoves();
}

function showMoves() {
  if (moves.length) document.getElementById("moves").replaceChildren(...moves);
}

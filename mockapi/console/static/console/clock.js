// Clock page: forms that change the clock, and the effects of the last change.
import { call, refreshParts, reload, root } from "./api_client.js";
import { element, formatNumber } from "./dom.js";
import { coalesce, subscribe } from "./live_updates.js";

export function start(main) {
  main.addEventListener("click", (event) => {
    const step = event.target.closest("[data-advance]");
    if (step) changeClock({ advance: step.dataset.advance });
  });
  main.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-change]");
    if (!form) return;
    event.preventDefault();
    const value = form.elements[form.dataset.change]?.value;
    const changes = {
      advance: () => ({ advance: value.trim() }),
      freeze: () => ({ freeze: value.trim() }),
      rate: () => ({ rate: Number(value) }),
      follow: () => ({ follow: "system" }),
    };
    changeClock(changes[form.dataset.change](), form);
  });
  const refresh = coalesce(() => refreshParts(location.href, "#clock-mode", "#timeline"));
  subscribe({ bookmark: main.dataset.bookmark, onClock: refresh, onReset: () => reload() });
}

const FORMATS = {
  advance: "Enter an ISO 8601 duration, such as P1DT2H, PT90S or P1M.",
  freeze: "Enter an instant with its offset, such as 2026-07-01T00:00:00Z.",
  rate: "Enter a number of seconds per second, 0 or more.",
};

// Show *message* at the field of *form*, or clear it.
function showFieldError(form, message = "") {
  const field = form.elements[form.dataset.change];
  if (!field) return;
  form.querySelector(".field-error").textContent = message;
  field.removeAttribute("aria-invalid");
  if (!message) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

async function changeClock(change, form) {
  if (form) showFieldError(form);
  const onError = form?.elements[form.dataset.change] && ((message, status) => showFieldError(form, status === 400 ? FORMATS[form.dataset.change] : message));
  const before = await call("GET", "clock");
  const after = before && (await call("PUT", "clock", change, root, onError));
  if (!after) return;
  const window = new URLSearchParams({ since: before.now, until: after.now });
  const effects = await call("GET", `changes?${window}`);
  await reload();
  if (effects) showEffects(effects, after);
}

function showEffects(effects, after) {
  const sites = effects.all_sites ? "" : ` at the first ${effects.sites_counted} sites`;
  const rows = [
    [effects.readings_arrived, `readings arrived${sites}`],
    [effects.tokens_expired, "tokens expired"],
    [effects.requests_configured, "scoring requests configured"],
    [effects.requests_rejected, "scoring requests rejected"],
    ...effects.events.map((each) => ["1", each.replaceAll("_", " ")]),
  ];
  document.getElementById("effects").replaceChildren(
    element("p", { class: "soft" }, `From ${effects.since.slice(0, 19).replace("T", " ")} to ${effects.until.slice(0, 19).replace("T", " ")} UTC. Clock mode: ${after.mode}.`),
    element("ul", { class: "rows" }, ...rows.map(([count, label]) => element("li", {}, element("span", { class: "name" }, label), element("b", { class: "figure" }, formatNumber(Number(count)))))),
  );
}

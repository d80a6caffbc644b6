// Moves the clock, and tells what that did.
import { call, reload, renew, root, tell } from "./control.js";
import { element, figure } from "./elements.js";
import { follow, oneByOne } from "./tail.js";

export function start(main) {
  main.addEventListener("click", (event) => {
    const step = event.target.closest("[data-advance]");
    if (step) move({ advance: step.dataset.advance });
  });
  main.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-move]");
    if (!form) return;
    event.preventDefault();
    const value = form.elements[form.dataset.move]?.value;
    const moves = {
      advance: () => ({ advance: value.trim() }),
      freeze: () => ({ freeze: value.trim() }),
      rate: () => ({ rate: Number(value) }),
      follow: () => ({ follow: "system" }),
    };
    move(moves[form.dataset.move](), form);
  });
  const show = oneByOne(() => renew(location.href, "#going", "#timeline"));
  follow({ read: main.dataset.read, clock: show, anew: () => reload() });
}

const WANTED = {
  advance: "An ISO 8601 duration, such as P1DT2H, PT90S or P1M.",
  freeze: "An instant with its offset, such as 2026-07-01T00:00:00Z.",
  rate: "A number of seconds a second, 0 or more.",
};

// Says at the field of *form* why the clock did not move, or that nothing is wrong with it.
function mark(form, why = "") {
  const field = form.elements[form.dataset.move];
  const line = form.querySelector(".wrong");
  if (!field) return;
  line.textContent = why;
  field.removeAttribute("aria-invalid");
  if (!why) return;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

async function move(wish, form) {
  if (form) mark(form);
  const refused = form?.elements[form.dataset.move] && ((why, status) => mark(form, status === 400 ? WANTED[form.dataset.move] : why));
  const before = await call("GET", "clock");
  const after = before && (await call("PUT", "clock", wish, root, refused || tell));
  if (!after) return;
  const between = new URLSearchParams({ since: before.now, until: after.now });
  const told = await call("GET", `changes?${between}`);
  await reload();
  if (told) tellOf(told, after);
}

function tellOf(told, after) {
  const of = told.all_sites ? "" : ` at the first ${told.sites_counted} sites`;
  const rows = [
    [told.readings_arrived, `readings arrived${of}`],
    [told.tokens_expired, "tokens expired"],
    [told.requests_configured, "scoring requests configured"],
    [told.requests_rejected, "scoring requests rejected"],
    ...told.events.map((each) => ["1", each.replaceAll("_", " ")]),
  ];
  document.getElementById("did").replaceChildren(
    element("p", { class: "soft" }, `From ${told.since.slice(0, 19).replace("T", " ")} to ${told.until.slice(0, 19).replace("T", " ")} UTC; the clock is ${after.mode} now.`),
    element("ul", { class: "rows" }, ...rows.map(([count, what]) => element("li", {}, element("span", { class: "name" }, what), element("b", { class: "figure" }, figure(Number(count)))))),
  );
}

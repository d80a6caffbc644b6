// Moves the clock, and tells what that did.
import { call, reload, renew } from "./control.js";
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
    move(moves[form.dataset.move]());
  });
  const show = oneByOne(() => renew(location.href, "#going", "#timeline"));
  follow({ read: main.dataset.read, clock: show, anew: () => reload() });
}

async function move(wish) {
  const before = await call("GET", "clock");
  const after = before && (await call("PUT", "clock", wish));
  if (!after) return;
  const between = new URLSearchParams({ since: before.now, until: after.now });
  const told = await call("GET", `changes?${between}`);
  await reload();
  if (told) tellOf(told, after);
}

function tellOf(told, after) {
  const of = told.every_site ? "" : ` at the first ${told.sites_counted} sites`;
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

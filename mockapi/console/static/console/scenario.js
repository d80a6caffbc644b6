// An edited copy of a scenario: checked as it is typed, mistakes at their lines, started as a world.
import { call } from "./control.js";
import { element } from "./elements.js";
import { begin, save } from "./worlds.js";

const PAUSE = 350;
let waiting;

// What a copy is called: as its original is, which may be a path.
const nameOf = (original) => original.split("/").pop().replace(/\.ya?ml$/, "").replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80).replace(/^[._-]+|(-edited|[._-])+$/g, "") || "scenario";

export function start(main) {
  const text = main.querySelector("#text");
  const original = main.querySelector("#original code")?.textContent ?? "";
  main.addEventListener("click", (event) => {
    if ("edit" in event.target.dataset) edit(main, original);
    if ("back" in event.target.dataset) turn(main, false);
    if ("save" in event.target.dataset) save(new Blob([text.value], { type: "application/yaml" }), `${main.dataset.name}.yaml`);
    const at = event.target.closest("[data-line]");
    if (at) go(text, Number(at.dataset.line));
  });
  text.addEventListener("input", () => {
    number(main, []);
    clearTimeout(waiting);
    waiting = setTimeout(() => check(main), PAUSE);
  });
  text.addEventListener("scroll", () => follow(main));
  main.querySelector("#start").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    // A copy that nobody changed is the scenario itself, and keeps its name.
    const same = text.value === original && "known" in main.dataset;
    const wish = same ? { scenario: main.dataset.name } : { scenario_text: text.value, scenario_name: `${nameOf(main.dataset.name)}-edited` };
    begin({ ...wish, ...(name && { name }) });
  });
  main.dataset.ready = "";
}

function turn(main, toCopy) {
  main.querySelector("#original").hidden = toCopy;
  main.querySelector("#copy").hidden = !toCopy;
  main.querySelector("[data-edit]").hidden = toCopy;
}

function edit(main, original) {
  const text = main.querySelector("#text");
  if (!text.value) text.value = original;
  turn(main, true);
  text.focus();
  text.setSelectionRange(0, 0);
  check(main);
}

async function check(main) {
  const text = main.querySelector("#text").value;
  const told = await call("POST", "scenarios/check", { text });
  if (!told || text !== main.querySelector("#text").value) return;
  const said = [...told.errors.map((each) => ({ ...each, kind: "bad" })), ...told.warnings.map((each) => ({ ...each, kind: "warn" }))];
  number(main, said);
  main.querySelector("#findings").replaceChildren(...said.map(finding));
  main.querySelector("#nothing").hidden = said.length > 0;
  main.querySelector("#verdict").textContent = told.ok
    ? `It becomes ${counted(told.customers, "customer")} and ${counted(told.sites, "site")}${told.warnings.length ? `; ${counted(told.warnings.length, "warning")}` : ""}.`
    : `${counted(told.errors.length, "mistake")}: no world can be made of it.`;
  main.querySelector("#start .primary").disabled = !told.ok;
  main.dataset.checked = told.ok ? "ok" : "wrong";
}

const counted = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

// Words between backticks are code.
const marked = (text) => text.split("`").map((each, index) => (index % 2 ? element("code", {}, each) : each));

function finding({ kind, file, line, column, path, message, remedy }) {
  const place = file ? (line ? `${file}, line ${line}` : file) : `Line ${line}`;
  return element(
    "li",
    {},
    element("span", { class: "name" }, element("span", { class: `tag ${kind}` }, kind === "bad" ? "mistake" : "warning"), " ", ...(path ? [element("code", {}, path), ": "] : []), ...marked(message), element("small", {}, ...marked(remedy ?? ""))),
    file ? element("span", { class: "figure" }, place) : element("button", { type: "button", class: "quiet", "data-line": String(line), "aria-label": `Go to line ${line}, column ${column}` }, place),
  );
}

// Draws the numbers of the lines, and behind each line what is wrong with it.
function number(main, said) {
  const lines = main.querySelector("#text").value.split("\n");
  const wrong = new Map();
  for (const each of said) if (!each.file && !wrong.has(each.line)) wrong.set(each.line, each);
  const at = (index) => wrong.get(index + 1);
  main.querySelector(".gutter").replaceChildren(...lines.map((_, index) => element("span", { class: at(index)?.kind ?? "" }, `${index + 1}\n`)));
  main.querySelector(".behind").replaceChildren(
    ...lines.map((line, index) => element("span", { class: `row ${at(index)?.kind ?? ""}` }, element("span", { class: "ghost" }, line), at(index) ? element("span", { class: "said" }, (at(index).remedy ? `${at(index).message}: ${at(index).remedy}` : at(index).message).replaceAll("`", "")) : "", "\n")),
  );
  follow(main);
}

function follow(main) {
  const { scrollTop, scrollLeft } = main.querySelector("#text");
  main.querySelector(".gutter").scrollTop = scrollTop;
  Object.assign(main.querySelector(".behind"), { scrollTop, scrollLeft });
}

function go(text, line) {
  const lines = text.value.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus({ preventScroll: true });
  text.closest(".editor").scrollIntoView({ block: "nearest" });
  text.setSelectionRange(from, from + lines[line - 1].length);
  text.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(text).lineHeight);
}

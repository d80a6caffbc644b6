// Scenario page: editor for a copy, with validation while typing, and start as a world.
import { call } from "./api_client.js";
import { element } from "./dom.js";
import { createWorld, saveBlob } from "./worlds.js";

const CHECK_DELAY = 350; // milliseconds after the last input
let timer;

// Return the name of a copy: that of its original, which may be a path.
const nameOf = (original) => original.split("/").pop().replace(/\.ya?ml$/, "").replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80).replace(/^[._-]+|(-edited|[._-])+$/g, "") || "scenario";

export function start(main) {
  const text = main.querySelector("#text");
  const original = main.querySelector("#original code")?.textContent ?? "";
  main.addEventListener("click", (event) => {
    if ("edit" in event.target.dataset) edit(main, original);
    if ("original" in event.target.dataset) showEditor(main, false);
    if ("save" in event.target.dataset) saveBlob(new Blob([text.value], { type: "application/yaml" }), `${main.dataset.name}.yaml`);
    const button = event.target.closest("[data-line]");
    if (button) goToLine(text, Number(button.dataset.line));
  });
  text.addEventListener("input", () => {
    showLines(main, []);
    clearTimeout(timer);
    timer = setTimeout(() => check(main), CHECK_DELAY);
  });
  text.addEventListener("scroll", () => syncScroll(main));
  main.querySelector("#start").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    // An unchanged copy keeps the name of the scenario.
    const unchanged = text.value === original && "known" in main.dataset;
    const body = unchanged ? { scenario: main.dataset.name } : { scenario_text: text.value, scenario_name: `${nameOf(main.dataset.name)}-edited` };
    createWorld({ ...body, ...(name && { name }) });
  });
  main.dataset.ready = "";
}

function showEditor(main, visible) {
  main.querySelector("#original").hidden = visible;
  main.querySelector("#copy").hidden = !visible;
  main.querySelector("[data-edit]").hidden = visible;
}

function edit(main, original) {
  const text = main.querySelector("#text");
  if (!text.value) text.value = original;
  showEditor(main, true);
  text.focus();
  text.setSelectionRange(0, 0);
  check(main);
}

async function check(main) {
  const text = main.querySelector("#text").value;
  const result = await call("POST", "scenarios/check", { text });
  if (!result || text !== main.querySelector("#text").value) return;
  const findings = [...result.errors.map((each) => ({ ...each, kind: "bad" })), ...result.warnings.map((each) => ({ ...each, kind: "warn" }))];
  showLines(main, findings);
  main.querySelector("#findings").replaceChildren(...findings.map(findingItem));
  main.querySelector("#no-findings").hidden = findings.length > 0;
  main.querySelector("#check-result").textContent = result.ok
    ? `Valid: ${formatCount(result.customers, "customer")}, ${formatCount(result.sites, "site")}${result.warnings.length ? `; ${formatCount(result.warnings.length, "warning")}` : ""}.`
    : `${formatCount(result.errors.length, "error")}. Fix them to start a world.`;
  main.querySelector("#start .primary").disabled = !result.ok;
  main.dataset.checked = result.ok ? "ok" : "invalid";
}

const formatCount = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

// Return *text* with the words between backticks as code.
const withCode = (text) => text.split("`").map((each, index) => (index % 2 ? element("code", {}, each) : each));

function findingItem({ kind, file, line, column, path, message, remedy }) {
  const place = file ? (line ? `${file}, line ${line}` : file) : `Line ${line}`;
  return element(
    "li",
    {},
    element("span", { class: "name" }, element("span", { class: `tag ${kind}` }, kind === "bad" ? "error" : "warning"), " ", ...(path ? [element("code", {}, path), ": "] : []), ...withCode(message), element("small", {}, ...withCode(remedy ?? ""))),
    file ? element("span", { class: "figure" }, place) : element("button", { type: "button", class: "quiet", "data-line": String(line), "aria-label": `Go to line ${line}, column ${column}` }, place),
  );
}

// Show the line numbers, and the first finding of each line next to it.
function showLines(main, findings) {
  const lines = main.querySelector("#text").value.split("\n");
  const byLine = new Map();
  for (const each of findings) if (!each.file && !byLine.has(each.line)) byLine.set(each.line, each);
  const at = (index) => byLine.get(index + 1);
  main.querySelector(".gutter").replaceChildren(...lines.map((_, index) => element("span", { class: at(index)?.kind ?? "" }, `${index + 1}\n`)));
  main.querySelector(".underlay").replaceChildren(
    ...lines.map((line, index) => element("span", { class: `row ${at(index)?.kind ?? ""}` }, element("span", { class: "line-copy" }, line), at(index) ? element("span", { class: "finding-text" }, (at(index).remedy ? `${at(index).message}: ${at(index).remedy}` : at(index).message).replaceAll("`", "")) : "", "\n")),
  );
  syncScroll(main);
}

function syncScroll(main) {
  const { scrollTop, scrollLeft } = main.querySelector("#text");
  main.querySelector(".gutter").scrollTop = scrollTop;
  Object.assign(main.querySelector(".underlay"), { scrollTop, scrollLeft });
}

function goToLine(text, line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus({ preventScroll: true });
  text.closest(".editor").scrollIntoView({ block: "nearest" });
  text.setSelectionRange(start, start + lines[line - 1].length);
  text.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(text).lineHeight);
}

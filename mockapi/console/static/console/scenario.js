// Scenario page: editor with validation while typing, and start as a world.
import { call, notify } from "./api_client.js";
import { element, formatCount } from "./dom.js";
import { createWorld, saveBlob } from "./worlds.js";

const CHECK_DELAY = 350; // milliseconds after the last input
let timer;
let editor; // with the *text*, *showFindings* and *goToLine*

// Return the name of a copy: that of its original, which may be a path.
const nameOf = (original) => original.split("/").pop().replace(/\.ya?ml$/, "").replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80).replace(/^[._-]+|(-edited|[._-])+$/g, "") || "scenario";

export async function start(main) {
  const area = main.querySelector("#text");
  const original = area.value;
  const onChange = () => {
    clearTimeout(timer);
    delete main.dataset.checked;
    timer = setTimeout(() => check(main), CHECK_DELAY);
  };
  editor = await showEditor(main, area, onChange);
  main.addEventListener("click", (event) => {
    if ("undoAll" in event.target.dataset) editor.text = original;
    if ("save" in event.target.dataset) {
      saveBlob(new Blob([editor.text], { type: "application/yaml" }), `${main.dataset.name}.yaml`);
      notify(`${main.dataset.name}.yaml is downloaded.`);
    }
    const button = event.target.closest("[data-line]");
    if (button) editor.goToLine(Number(button.dataset.line));
  });
  main.querySelector("#editor-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check(main);
  });
  main.querySelector("#start").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    // An unchanged copy keeps the name of the scenario.
    const unchanged = editor.text === original && "known" in main.dataset;
    const body = unchanged ? { scenario: main.dataset.name } : { scenario_text: editor.text, scenario_name: `${nameOf(main.dataset.name)}-edited` };
    createWorld({ ...body, ...(name && { name }) });
  });
  check(main);
  main.dataset.ready = "";
}

// Replace the text area by the editor. If it cannot be loaded, the text area remains.
async function showEditor(main, area, onChange) {
  try {
    const [{ createEditor }, { complete }] = await Promise.all([import("./code_editor.js"), import("./scenario_completion.js")]);
    const shown = await createEditor(main.querySelector("#code-editor"), area.value, { label: area.getAttribute("aria-label"), complete, onChange });
    area.hidden = true;
    return shown;
  } catch {
    area.addEventListener("input", onChange);
    return {
      get text() { return area.value; },
      set text(value) {
        area.value = value;
        onChange();
      },
      showFindings: () => {},
      goToLine: (line) => selectLine(area, line),
    };
  }
}

function selectLine(area, line) {
  const lines = area.value.split("\n");
  const begin = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(begin, begin + lines[line - 1].length);
}

async function check(main) {
  const { text } = editor;
  const result = await call("POST", "scenarios/check", { text });
  if (!result || text !== editor.text) return;
  const findings = [...result.errors.map((each) => ({ ...each, kind: "bad" })), ...result.warnings.map((each) => ({ ...each, kind: "warn" }))];
  editor.showFindings(findings.filter((each) => !each.file).map((each) => ({ ...each, text: (each.remedy ? `${each.message}: ${each.remedy}` : each.message).replaceAll("`", "") })));
  main.querySelector("#findings").replaceChildren(...findings.map(findingItem));
  main.querySelector("#no-findings").hidden = findings.length > 0;
  main.querySelector("#check-result").textContent = result.ok
    ? `Valid: ${formatCount(result.customers, "customer")}, ${formatCount(result.sites, "site")}${result.warnings.length ? `; ${formatCount(result.warnings.length, "warning")}` : ""}.`
    : `${formatCount(result.errors.length, "error")}. Fix ${result.errors.length === 1 ? "it" : "them"} to start a world.`;
  main.querySelector("#start .primary").disabled = !result.ok;
  main.dataset.checked = result.ok ? "ok" : "invalid";
}

// Return a path of keys and indexes with positions from 1, such as `sites 1, city`.
const placeOf = (path) => path.replace(/\.(\d+)(?=\.|$)/g, (_, index) => ` ${Number(index) + 1}`).replaceAll(".", ", ");

// Return *text* with the words between backticks as code.
const withCode = (text) => text.split("`").map((each, index) => (index % 2 ? element("code", {}, each) : each));

function findingItem({ kind, file, line, column, path, message, remedy }) {
  const place = file ? (line ? `${file}, line ${line}` : file) : `Line ${line}`;
  return element(
    "li",
    {},
    element("span", { class: "name" }, element("span", { class: `tag ${kind}` }, kind === "bad" ? "error" : "warning"), " ", ...(path ? [element("code", {}, placeOf(path)), ": "] : []), ...withCode(message), element("small", {}, ...withCode(remedy ?? ""))),
    file || !line ? element("span", { class: "figure" }, place) : element("button", { type: "button", class: "quiet", "data-line": String(line), "aria-label": `Go to line ${line}, column ${column}` }, place),
  );
}

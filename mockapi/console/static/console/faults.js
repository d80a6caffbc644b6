// Faults page: form built from the JSON schema of the kind, live counters, and equivalent code.
import { call, notify, refreshParts, reload } from "./api_client.js";
import { element } from "./dom.js";
import { coalesce, subscribe } from "./live_updates.js";

const PARTS = { settings: null, match: "Match", when: "When" };
const HIDDEN = ["kind", "match", "when", "file"]; // The server does not read files.
const LONG = 1000; // characters, from which a text has several lines
const kinds = new Map(); // loaded on selection, because all of them are larger than the page

export async function start(main) {
  const form = main.querySelector("#fault");
  form.elements.kind.addEventListener("change", () => showFields(main));
  form.addEventListener("input", () => showExamples(main));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const added = await call("POST", "faults", faultOf(form));
    // Not a reload: the form and its code examples keep their content.
    if (added && (await refreshParts(location.href, "#active", "#status"))) notify(`${added.fault.kind} is active.`);
  });
  main.addEventListener("click", (event) => runAction(main, event.target.dataset));
  await showFields(main);
  subscribe({ query: "", bookmark: main.dataset.bookmark, onRequest: coalesce(() => refreshCounts(main)), onReset: () => reload() });
  main.dataset.ready = "";
}

// Run the action of a button and show its result.
async function runAction(main, { remove, removeAll, preset, removePreset }) {
  if (remove) {
    const removed = await call("DELETE", `faults/${encodeURIComponent(remove)}`);
    if (removed && (await reload())) notify(`Removed. It was applied to ${formatRequests(removed.hits)}.`);
  } else if (removeAll !== undefined) {
    if ((await call("DELETE", "faults")) !== undefined && (await reload())) notify("All faults are removed.");
  } else if (preset) {
    if ((await call("POST", `faults/presets/${encodeURIComponent(preset)}`)) && (await reload())) notify(`${preset} is active.`);
  } else if (removePreset) {
    const rows = main.querySelectorAll(`[data-source="${CSS.escape(removePreset)}"]`);
    const removed = await Promise.all([...rows].map((each) => call("DELETE", `faults/${encodeURIComponent(each.dataset.fault)}`)));
    const hits = removed.reduce((sum, each) => sum + (each?.hits ?? 0), 0);
    if (await reload()) notify(`${removePreset} is removed. It was applied to ${formatRequests(hits)}.`);
  }
}

const formatRequests = (hits) => `${hits} request${hits === 1 ? "" : "s"}`;

async function refreshCounts(main) {
  for (const each of (await call("GET", "faults")) ?? []) {
    const row = main.querySelector(`[data-fault="${CSS.escape(each.id)}"]`);
    if (!row) continue;
    row.querySelector("[data-matched]").textContent = each.matched;
    row.querySelector("[data-hits]").textContent = each.hits;
  }
}

async function showFields(main) {
  const form = main.querySelector("#fault");
  const submit = form.querySelector(".primary");
  const name = form.elements.kind.value;
  submit.disabled = !kinds.has(name); // Until the schema arrives, the fields belong to the previous kind.
  const kind = kinds.get(name) ?? (await call("GET", `faults/kinds/${encodeURIComponent(name)}`));
  if (!kind || name !== form.elements.kind.value) return;
  kinds.set(name, kind);
  submit.disabled = false;
  main.querySelector("#about").textContent = kind.description.replaceAll("`", "");
  for (const [id, name] of Object.entries(PARTS)) {
    const schema = name ? kind.json_schema.$defs[name] : kind.json_schema;
    const fields = Object.entries(schema.properties)
      .filter(([each]) => name || !HIDDEN.includes(each))
      .map(([each, property]) => fieldOf(id, each, property, kind.json_schema.$defs, (schema.required ?? []).includes(each)));
    main.querySelector(`#${id}`).replaceChildren(...fields);
  }
  showExamples(main);
}

function fieldOf(part, name, schema, defs, required) {
  const property = schema.$ref ? { ...defs[schema.$ref.split("/").pop()], ...schema } : schema;
  const kinds = (property.anyOf ?? [property]).map((each) => (each.$ref ? defs[each.$ref.split("/").pop()] : each));
  const defaultValue = property.default ?? null;
  const main = kinds.find((each) => each.type !== "null") ?? {};
  const id = `${part}-${name}`;
  const choices = main.enum ?? (main.const ? [main.const] : null);
  const attributes = { id, name: `${part}.${name}`, "aria-describedby": `${id}-hint`, required };
  const type = choices ? "choice" : schema.$ref?.endsWith("/JsonValue") ? "json" : main.type;
  const defaultText = defaultValue !== null && typeof defaultValue !== "object" ? String(defaultValue) : "";
  let input;
  if (choices || type === "boolean") {
    input = element("select", attributes, ...(required ? [] : [element("option", { value: "" }, defaultText ? `default: ${defaultText}` : "not set")]), ...(choices ?? ["true", "false"]).map((each) => element("option", { value: each }, each)));
  } else if (type === "number" || type === "integer") {
    input = element("input", { ...attributes, type: "number", step: type === "integer" ? "1" : "any", min: main.minimum, max: main.maximum, placeholder: defaultText });
  } else if (type === "json" || main.maxLength > LONG) {
    input = element("textarea", { ...attributes, rows: 3, spellcheck: "false", placeholder: type === "json" ? "JSON" : defaultText });
  } else {
    input = element("input", { ...attributes, type: "text", placeholder: type === "object" ? "name=value, ... or JSON" : defaultText });
  }
  input.dataset.type = type ?? "string";
  const hint = element("small", { id: `${id}-hint` }, (property.description ?? "").replaceAll("`", ""));
  return element("div", { class: "field-of" }, element("label", { for: id }, name.replaceAll("_", " ")), input, hint);
}

// Return the value of JSON; other text as it is.
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const PARSERS = {
  number: Number,
  integer: Number,
  boolean: (text) => text === "true",
  json: parseJson,
  object: (text) => text.trim().startsWith("{") ? parseJson(text) : Object.fromEntries(text.split(",").map((each) => each.split(/=(.*)/s).slice(0, 2).map((part) => (part ?? "").trim()))),
};

function faultOf(form) {
  const fault = { kind: form.elements.kind.value };
  for (const input of form.querySelectorAll("[data-type]")) {
    if (input.value === "") continue;
    const [part, name] = input.name.split(".");
    const value = (PARSERS[input.dataset.type] ?? ((text) => text))(input.value);
    if (part === "settings") fault[name] = value;
    else (fault[part] ??= {})[name] = value;
  }
  return fault;
}

function pythonLiteral(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map((each) => each.map(pythonLiteral).join(": ")).join(", ")}}`;
  return JSON.stringify(value);
}

function showExamples(main) {
  const fault = faultOf(main.querySelector("#fault"));
  const [command, line] = main.querySelectorAll("#fault ~ .code code");
  const json = JSON.stringify(fault).replaceAll("'", "'\\''");
  command.textContent = `curl -X POST ${main.dataset.url}/__admin/faults \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
  const { kind, match, when, ...settings } = fault;
  const all = Object.entries({ ...settings, ...match, ...when }).map(([name, value]) => `, ${name}=${pythonLiteral(value)}`);
  line.textContent = `with mockapi.fault(${pythonLiteral(kind)}${all.join("")}) as fault:\n    ...`;
}

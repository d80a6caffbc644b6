// Form for a fault, built from the JSON schema of its kind, and the same fault in code.
import { call } from "./api_client.js";
import { curlSample, pythonLiteral, typescriptSample } from "./code_samples.js";
import { element } from "./dom.js";

const PARTS = { settings: null, match: "Match", when: "When" };
const HIDDEN = ["kind", "match", "when", "file"]; // The server does not read files.
const COMMON = ["match.operation", "when.probability"]; // shown without *More*, after the main settings
const LONG = 1000; // characters, from which a text has several lines
const kinds = new Map(); // loaded on selection, because all of them are larger than the page

// Show the fields of the selected kind. Those that most faults need come first; the others are below *More*.
export async function showFields(main) {
  const form = main.querySelector("#fault");
  const submit = form.querySelector(".primary");
  const name = form.elements.kind.value;
  submit.disabled = !kinds.has(name); // Until the schema arrives, the fields belong to the previous kind.
  const kind = kinds.get(name) ?? (await call("GET", `faults/kinds/${encodeURIComponent(name)}`));
  if (!kind || name !== form.elements.kind.value) return;
  kinds.set(name, kind);
  submit.disabled = false;
  main.querySelector("#about").textContent = kind.description.replaceAll("`", "");
  const common = [];
  for (const [id, definition] of Object.entries(PARTS)) {
    const schema = definition ? kind.json_schema.$defs[definition] : kind.json_schema;
    const names = Object.keys(schema.properties).filter((each) => definition || !HIDDEN.includes(each));
    const required = schema.required ?? [];
    const isMain = (each) => !definition && (required.includes(each) || (!required.length && each === names[0]));
    const rest = [];
    for (const each of names) {
      const field = fieldOf(id, each, schema.properties[each], kind.json_schema.$defs, required.includes(each));
      (isMain(each) || COMMON.includes(`${id}.${each}`) ? common : rest).push(field);
    }
    const part = main.querySelector(`#${id}`);
    part.replaceChildren(...rest);
    part.hidden = part.previousElementSibling.hidden = !rest.length;
  }
  main.querySelector("#common").replaceChildren(...common);
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

// Return the fault as a body of the control API.
export function faultOf(form) {
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

function pythonCode({ kind, match, when, ...settings }) {
  const all = Object.entries({ ...settings, ...match, ...when }).map(([name, value]) => `, ${name}=${pythonLiteral(value)}`);
  return `def test_fault(mockapi):\n    with mockapi.fault(${pythonLiteral(kind)}${all.join("")}) as fault:\n        ...`;
}

// Write the fault of the form as a command, a test in Python, and TypeScript.
export function showExamples(main) {
  const fault = faultOf(main.querySelector("#fault"));
  const request = { method: "POST", url: `${main.dataset.url}/__admin/faults`, headers: [["Content-Type", "application/json"]], body: JSON.stringify(fault) };
  const examples = [curlSample(request), pythonCode(fault), typescriptSample(request)];
  main.querySelectorAll("#code code").forEach((code, index) => { code.textContent = examples[index]; });
}

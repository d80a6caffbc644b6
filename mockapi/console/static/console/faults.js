// Faults: forms from each kind's own schema, live counts, and the same as a command and in a test.
import { call, reload, renew, tell } from "./control.js";
import { element } from "./elements.js";
import { follow, oneByOne } from "./tail.js";

const PARTS = { settings: null, match: "Match", when: "When" };
const kinds = new Map(); // as somebody chose them: all of them weigh more than the page

export async function start(main) {
  const form = main.querySelector("#fault");
  form.elements.kind.addEventListener("change", () => build(main));
  form.addEventListener("input", () => spell(main));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await call("POST", "faults", stated(form));
    // What the form says stays, and with it the lines that do the same.
    if (made && (await renew(location.href, "#on", "#status"))) tell(`${made.fault.kind} is on.`);
  });
  main.addEventListener("click", (event) => press(main, event.target.dataset));
  await build(main);
  follow({ query: "", read: main.dataset.read, request: oneByOne(() => recount(main)), anew: () => reload() });
  main.dataset.ready = "";
}

// What a button does, and what is said once it is done.
async function press(main, { lift, liftAll, preset, liftPreset }) {
  if (lift) {
    const lifted = await call("DELETE", `faults/${encodeURIComponent(lift)}`);
    if (lifted && (await reload())) tell(`Lifted; it struck ${counted(lifted.hits)}.`);
  } else if (liftAll !== undefined) {
    if ((await call("DELETE", "faults")) !== undefined && (await reload())) tell("All are lifted.");
  } else if (preset) {
    if ((await call("POST", `faults/presets/${encodeURIComponent(preset)}`)) && (await reload())) tell(`${preset} is on.`);
  } else if (liftPreset) {
    const own = main.querySelectorAll(`[data-source="${CSS.escape(liftPreset)}"]`);
    const lifted = await Promise.all([...own].map((each) => call("DELETE", `faults/${encodeURIComponent(each.dataset.fault)}`)));
    const hits = lifted.reduce((sum, each) => sum + (each?.hits ?? 0), 0);
    if (await reload()) tell(`${liftPreset} is lifted; it struck ${counted(hits)}.`);
  }
}

const counted = (hits) => `${hits} request${hits === 1 ? "" : "s"}`;

async function recount(main) {
  for (const each of (await call("GET", "faults")) ?? []) {
    const row = main.querySelector(`[data-fault="${CSS.escape(each.id)}"]`);
    if (!row) continue;
    row.querySelector("[data-matched]").textContent = each.matched;
    row.querySelector("[data-hits]").textContent = each.hits;
  }
}

async function build(main) {
  const form = main.querySelector("#fault");
  const submit = form.querySelector(".primary");
  const name = form.elements.kind.value;
  submit.disabled = !kinds.has(name); // The fields are another kind's until they come.
  const kind = kinds.get(name) ?? (await call("GET", `faults/kinds/${encodeURIComponent(name)}`));
  if (!kind || name !== form.elements.kind.value) return;
  kinds.set(name, kind);
  submit.disabled = false;
  main.querySelector("#about").textContent = kind.description.replaceAll("`", "");
  for (const [id, name] of Object.entries(PARTS)) {
    const schema = name ? kind.json_schema.$defs[name] : kind.json_schema;
    const fields = Object.entries(schema.properties)
      .filter(([each]) => name || !["kind", "match", "when"].includes(each))
      .map(([each, property]) => fieldOf(id, each, property, kind.json_schema.$defs, (schema.required ?? []).includes(each)));
    main.querySelector(`#${id}`).replaceChildren(...fields);
  }
  spell(main);
}

function fieldOf(part, name, stated, defs, required) {
  let property = stated.$ref ? { ...defs[stated.$ref.split("/").pop()], ...stated } : stated;
  const kinds = (property.anyOf ?? [property]).map((each) => (each.$ref ? defs[each.$ref.split("/").pop()] : each));
  const usual = property.default ?? null;
  const main = kinds.find((each) => each.type !== "null") ?? {};
  const id = `${part}-${name}`;
  const words = main.enum ?? (main.const ? [main.const] : null);
  const attributes = { id, name: `${part}.${name}`, "aria-describedby": `${id}-hint`, required };
  const type = words ? "word" : main.type;
  const shown = usual !== null && typeof usual !== "object" ? String(usual) : "";
  let input;
  if (words || type === "boolean") {
    input = element("select", attributes, ...(required ? [] : [element("option", { value: "" }, shown ? `as usual: ${shown}` : "not stated")]), ...(words ?? ["true", "false"]).map((each) => element("option", { value: each }, each)));
  } else if (type === "number" || type === "integer") {
    input = element("input", { ...attributes, type: "number", step: type === "integer" ? "1" : "any", min: main.minimum, max: main.maximum, placeholder: shown });
  } else {
    input = element("input", { ...attributes, type: "text", placeholder: type === "object" ? "name=pattern, ..." : shown });
  }
  input.dataset.type = type ?? "string";
  const hint = element("small", { id: `${id}-hint` }, (property.description ?? "").replaceAll("`", ""));
  return element("div", { class: "field-of" }, element("label", { for: id }, name.replaceAll("_", " ")), input, hint);
}

const READ = {
  number: Number,
  integer: Number,
  boolean: (text) => text === "true",
  object: (text) => Object.fromEntries(text.split(",").map((each) => each.split(/=(.*)/s).slice(0, 2).map((part) => (part ?? "").trim()))),
};

function stated(form) {
  const fault = { kind: form.elements.kind.value };
  for (const input of form.querySelectorAll("[data-type]")) {
    if (input.value === "") continue;
    const [part, name] = input.name.split(".");
    const value = (READ[input.dataset.type] ?? ((text) => text))(input.value);
    if (part === "settings") fault[name] = value;
    else (fault[part] ??= {})[name] = value;
  }
  return fault;
}

function python(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

function spell(main) {
  const fault = stated(main.querySelector("#fault"));
  const [command, line] = main.querySelectorAll("#fault ~ .code code");
  const json = JSON.stringify(fault).replaceAll("'", "'\\''");
  command.textContent = `curl -X POST ${main.dataset.url}/__admin/faults \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
  const { kind, match, when, ...settings } = fault;
  const all = Object.entries({ ...settings, ...match, ...when }).map(([name, value]) => `, ${name}=${python(value)}`);
  line.textContent = `with mockapi.fault(${python(kind)}${all.join("")}) as fault:\n    ...`;
}

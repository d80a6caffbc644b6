// Completion of keys and values of a scenario from its JSON schema.
import { server } from "./api_client.js";
import { placeAt } from "./yaml_place.js";

const DISCRIMINATORS = ["kind", "event"];
let schema; // loaded with the first completion, because most visitors only read

async function loadSchema() {
  schema ??= fetch(`${server}/console/scenario-schema.json`).then((response) => (response.ok ? response.json() : {}));
  return schema;
}

// Return all alternatives of a *part* of the schema, without references.
function alternatives(root, part) {
  if (!part || typeof part !== "object") return [];
  if (part.$ref) return alternatives(root, { ...root.$defs[part.$ref.split("/").pop()], ...(part.description && { description: part.description }) });
  const choices = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])];
  return choices.length ? choices.flatMap((each) => alternatives(root, each)) : [part];
}

// Return the alternatives that are possible with the *values* of a mapping: those of its kind, if that is known.
function matching(parts, values) {
  const known = DISCRIMINATORS.find((each) => values[each]);
  const fitting = parts.filter((each) => known && each.properties?.[known]?.const === values[known]);
  return fitting.length ? fitting : parts;
}

// Return the alternatives of the schema at *path*.
function resolve(root, path) {
  let parts = [root];
  for (const step of path) {
    parts = parts.flatMap((each) => alternatives(root, step === "-" ? each.items : (each.properties?.[step] ?? each.additionalProperties)));
  }
  return parts;
}

const clean = (text) => (text ?? "").replaceAll("`", "");

function keyOptions(root, parts, { values }) {
  const found = new Map();
  for (const part of parts) {
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      if (name in values || found.has(name)) continue;
      const description = property.description ?? alternatives(root, property).find((each) => each.description)?.description;
      found.set(name, { label: name, type: "property", apply: `${name}: `, info: clean(description) || undefined, boost: part.required?.includes(name) ? 1 : 0 });
    }
  }
  return [...found.values()];
}

function valueOptions(parts) {
  const found = new Map();
  for (const part of parts) {
    const values = part.enum ?? (part.const === undefined ? (part.type === "boolean" ? [true, false] : []) : [part.const]);
    for (const value of values) if (value !== null) found.set(String(value), { label: String(value), type: "enum", info: clean(part.description) || undefined });
  }
  return [...found.values()];
}

// Return the options at the end of *lines* and the length of the word before the cursor, or null without options.
export async function complete(lines) {
  const place = placeAt(lines);
  const root = await loadSchema();
  const container = matching(resolve(root, place.path), place.values);
  const isItem = place.key === undefined && place.path.at(-1) === "-" && container.some((each) => each.enum || each.const !== undefined);
  const properties = place.key === undefined ? [] : container.map((each) => each.properties?.[place.key]);
  const options = isItem ? valueOptions(container) : place.key === undefined ? keyOptions(root, container, place) : valueOptions(properties.flatMap((each) => alternatives(root, each)));
  return options.length ? { options, length: place.word.length } : null;
}

// A request as code: a command, Python and TypeScript.

const quoteShell = (text) => (/^[\w:/.@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export function pythonLiteral(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map((each) => each.map(pythonLiteral).join(": ")).join(", ")}}`;
  return JSON.stringify(value);
}

// Return the value of JSON; undefined for other text.
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function curlSample({ method, url, headers, body, file }) {
  const parts = [method === "GET" ? `curl ${quoteShell(url)}` : `curl -X ${method} ${quoteShell(url)}`];
  for (const each of headers) parts.push(`-H ${quoteShell(each.join(": "))}`);
  if (file) parts.push(`--data-binary ${quoteShell(`@${file}`)}`);
  else if (body) {
    const value = parsed(body);
    parts.push(`-d ${quoteShell(value === undefined ? body : JSON.stringify(value))}`);
  }
  return parts.join(" \\\n  ");
}

export function pythonSample({ method, url, headers, body, file }) {
  const value = body ? parsed(body) : undefined;
  const lines = [JSON.stringify(url)];
  if (method !== "GET") lines.push(`method=${JSON.stringify(method)}`);
  if (headers.length) lines.push(`headers={\n${headers.map((each) => `        ${each.map((text) => JSON.stringify(text)).join(": ")},\n`).join("")}    }`);
  if (file) lines.push(`data=open(${JSON.stringify(file)}, "rb").read()`);
  else if (body) lines.push(`data=${value === undefined ? JSON.stringify(body) : `json.dumps(${pythonLiteral(value)})`}.encode()`);
  const imports = value === undefined ? "" : "import json\n";
  return `${imports}from urllib.request import Request, urlopen\n\nrequest = Request(\n${lines.map((each) => `    ${each},\n`).join("")})\nwith urlopen(request) as response:\n    print(response.status, response.read().decode())`;
}

export function typescriptSample({ method, url, headers, body, file }) {
  const value = body ? parsed(body) : undefined;
  const options = [];
  if (method !== "GET") options.push(`method: ${JSON.stringify(method)}`);
  if (headers.length) options.push(`headers: {\n${headers.map((each) => `    ${each.map((text) => JSON.stringify(text)).join(": ")},\n`).join("")}  }`);
  if (file) options.push(`body: await readFile(${JSON.stringify(file)})`);
  else if (body) options.push(`body: ${value === undefined ? JSON.stringify(body) : `JSON.stringify(${JSON.stringify(value, null, 2).replaceAll("\n", "\n  ")})`}`);
  const imports = file ? 'import { readFile } from "node:fs/promises";\n\n' : "";
  const more = options.length ? `, {\n${options.map((each) => `  ${each},\n`).join("")}}` : "";
  return `${imports}const response = await fetch(${JSON.stringify(url)}${more});\nconsole.log(response.status, await response.text());`;
}

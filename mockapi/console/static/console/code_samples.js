// A request as code: a command, Python and TypeScript.

const quoteShell = (text) => (/^[\w:/.@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export function pythonLiteral(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map((each) => each.map(pythonLiteral).join(": ")).join(", ")}}`;
  return JSON.stringify(value);
}

// Return *text* as a literal, on several lines if it has them: it is sent as it is.
const pythonText = (text) => (/\\|"""|"$/.test(text) || !/["\n]/.test(text) ? JSON.stringify(text) : `"""${text}"""`);
const scriptText = (text) => (/[\\`]|\$\{/.test(text) || !/["\n]/.test(text) ? JSON.stringify(text) : `\`${text}\``);

// Each sample sends a *body*, or the bytes of a *file*, and prints the response, or saves it as the file *savedAs*.
export function curlSample({ method, url, headers, body, file, savedAs, isStream }) {
  const options = `${isStream ? "-N " : ""}${savedAs ? `-o ${quoteShell(savedAs)} ` : ""}${method === "GET" ? "" : `-X ${method} `}`;
  const parts = [`curl ${options}${quoteShell(url)}`];
  for (const each of headers) parts.push(`-H ${quoteShell(each.join(": "))}`);
  if (file) parts.push(`--data-binary ${quoteShell(`@${file}`)}`);
  // Not -d, which reads a file if the body begins with @.
  else if (body) parts.push(`--data-raw ${quoteShell(body)}`);
  return parts.join(" \\\n  ");
}

export function pythonSample({ method, url, headers, body, file, savedAs, isStream }) {
  const lines = [JSON.stringify(url)];
  if (method !== "GET") lines.push(`method=${JSON.stringify(method)}`);
  if (headers.length) lines.push(`headers={\n${headers.map((each) => `        ${each.map((text) => JSON.stringify(text)).join(": ")},\n`).join("")}    }`);
  if (file) lines.push(`data=open(${JSON.stringify(file)}, "rb").read()`);
  else if (body) lines.push(`data=${pythonText(body)}.encode()`);
  let use = "with urlopen(request) as response:\n    print(response.status, response.read().decode())";
  if (isStream) use = 'with urlopen(request) as response:\n    for line in response:\n        print(line.decode(), end="")';
  if (savedAs) use = `with urlopen(request) as response, open(${JSON.stringify(savedAs)}, "wb") as file:\n    file.write(response.read())`;
  return `from urllib.request import Request, urlopen\n\nrequest = Request(\n${lines.map((each) => `    ${each},\n`).join("")})\n${use}`;
}

export function typescriptSample({ method, url, headers, body, file, savedAs, isStream }) {
  const options = [];
  if (method !== "GET") options.push(`method: ${JSON.stringify(method)}`);
  if (headers.length) options.push(`headers: {\n${headers.map((each) => `    ${each.map((text) => JSON.stringify(text)).join(": ")},\n`).join("")}  }`);
  if (file) options.push(`body: await readFile(${JSON.stringify(file)})`);
  else if (body) options.push(`body: ${scriptText(body)}`);
  const used = [...(file ? ["readFile"] : []), ...(savedAs ? ["writeFile"] : [])];
  const imports = used.length ? `import { ${used.join(", ")} } from "node:fs/promises";\n\n` : "";
  const more = options.length ? `, {\n${options.map((each) => `  ${each},\n`).join("")}}` : "";
  let use = "console.log(response.status, await response.text());";
  if (isStream) use = "for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {\n  console.log(text);\n}";
  if (savedAs) use = `await writeFile(${JSON.stringify(savedAs)}, new Uint8Array(await response.arrayBuffer()));`;
  return `${imports}const response = await fetch(${JSON.stringify(url)}${more});\n${use}`;
}

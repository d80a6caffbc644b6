// Response to a request of the API docs: status, body and headers.
import { element, formatCount, statusTag } from "./dom.js";
import { save } from "./download.js";
import { jsonParts } from "./json_text.js";

const SHOWN = 20_000; // characters of a body
const FORMATTED = 1_000_000; // characters of a body that is indented
const EXTENSIONS = [["json", /json/], ["sqlite", /sqlite/], ["txt", /text|xml|urlencoded/], ["bin", /^/]];

export const isText = (type) => /json|text|xml|urlencoded/.test(type);

// Return a name for a file with a body of this media type.
export const fileName = (type) => `response.${EXTENSIONS.find(([, pattern]) => pattern.test(type))[0]}`;

const formatSize = (bytes) => (bytes < 10_000 ? formatCount(bytes, "byte") : `${formatCount(Math.round(bytes / 1000))} kB`);

function showOutcome(main, status, text) {
  main.querySelector("#outcome").replaceChildren(statusTag(status, text));
}

const statusText = ({ status, statusText: reason }) => `${status} ${reason}`.trim();

const block = (label, code) => element("pre", { tabindex: "0", role: "group", "aria-label": label }, code);

// Show a response whose body is a stream. Return a function that shows the text that arrives.
export function showArriving(main, response) {
  const code = element("code");
  showOutcome(main, response.status, statusText(response));
  main.querySelector("#transfer").textContent = "Events are shown as they arrive.";
  main.querySelector("#received").replaceChildren(block("Events that arrived", code));
  main.querySelector("#response").removeAttribute("aria-busy");
  return (text) => {
    code.textContent = (code.textContent + text).slice(-SHOWN);
    code.parentElement.scrollTop = code.parentElement.scrollHeight;
  };
}

export async function showResponse(main, { response, failure, content, size, took }) {
  const isRedirect = response?.type === "opaqueredirect";
  const status = isRedirect ? 300 : response?.status;
  showOutcome(main, status, isRedirect ? "redirect" : response ? statusText(response) : "aborted");
  main.querySelector("#transfer").textContent = `${formatCount(Math.round(took))} ms${size || !failure ? `, ${formatSize(size)}` : ""}`;
  const parts = [];
  if (failure) parts.push(element("p", { class: "error" }, failure));
  if (size) parts.push(...(await bodyParts(content)));
  else if (isRedirect) parts.push(element("p", { class: "quiet-note" }, "The response is a redirect, which browsers hide. The page does not follow it."));
  else if (!failure) parts.push(element("p", { class: "quiet-note" }, "The response has no body."));
  main.querySelector("#received").replaceChildren(...parts, ...headerList([...(response?.headers ?? [])]));
}

// Show a redirect as the journal has it.
export function showRedirect(main, { status, response_headers: headers }) {
  const target = headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  showOutcome(main, status, String(status));
  const text = target === undefined ? "A redirect without the header Location." : `Redirected to ${target}`;
  main.querySelector("#received").replaceChildren(element("p", {}, `${text}. The page does not follow it.`), ...headerList(headers));
}

function headerList(headers) {
  if (!headers.length) return [];
  const rows = headers.map(([name, value]) => element("div", {}, element("dt", {}, name), " ", element("dd", {}, value)));
  return [element("details", { class: "header-list" }, element("summary", {}, formatCount(headers.length, "header")), element("dl", { class: "pairs headers" }, ...rows))];
}

// Return the body as text, shortened, with buttons to copy and to save all of it.
async function bodyParts(content) {
  const download = element("button", { type: "button", class: "quiet" }, "Download");
  download.addEventListener("click", () => save(fileName(content.type), content));
  if (content.type && !isText(content.type)) return [element("p", {}, `${formatSize(content.size)} of ${content.type}. `, download)];
  const text = await content.text();
  const parts = text.length <= FORMATTED ? jsonParts(text) : [text];
  const shown = [];
  let length = 0;
  for (const each of parts) {
    const part = each.textContent ?? each;
    shown.push(length + part.length > SHOWN ? part.slice(0, SHOWN - length) : each);
    length += part.length;
    if (length > SHOWN) break;
  }
  const copy = element("button", { type: "button", class: "quiet", "data-copy": text.length <= FORMATTED ? text : undefined }, "Copy");
  const note = length > SHOWN ? [element("span", { class: "soft" }, `The first ${formatCount(SHOWN)} characters. `)] : [];
  return [block("Body of the response", element("code", {}, ...shown)), element("p", { class: "tools" }, ...note, ...(text.length <= FORMATTED ? [copy] : []), download)];
}

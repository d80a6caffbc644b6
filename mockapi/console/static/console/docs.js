// Page of an operation in the API docs: the request as code, and its response.
import { call, notifyProblem, root, token as adminToken } from "./api_client.js";
import { curlSample, pythonSample, typescriptSample } from "./code_samples.js";
import { start as startFilter } from "./docs_filter.js";
import { loadToken, storeToken } from "./docs_token.js";
import { element, formatCount } from "./dom.js";
import { save } from "./download.js";
import { jsonParts } from "./json_text.js";

const SAMPLES = [curlSample, pythonSample, typescriptSample];
const SHOWN = 20_000; // characters of a body
const FORMATTED = 1_000_000; // characters of a body that is indented
const MOST_BYTES = 50_000_000;
const LONGEST = 30_000; // milliseconds until the page stops reading a response
const TAG_CLASSES = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };
const IS_TEXT = /json|text|xml|urlencoded/;

export function start(main) {
  startFilter(main);
  main.querySelector(".docs-nav [aria-current]").scrollIntoView({ block: "center", container: "nearest" });
  const settings = JSON.parse(main.dataset.request);
  const form = main.querySelector("#request");
  const token = main.querySelector("#token");
  if (token) token.value = loadToken(settings.api) ?? token.value;
  const update = () => showSamples(main, requestOf(main, settings));
  main.addEventListener("input", (event) => {
    if (event.target === token) storeToken(settings.api, token.value);
    update();
  });
  main.addEventListener("click", async ({ target }) => {
    if (target.dataset.newToken && (await createToken(settings.api, target.dataset.newToken, token))) update();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.reportValidity()) await sendAndShow(main, settings);
  });
  update();
  main.dataset.ready = "";
}

async function createToken(api, path, field) {
  const created = await call("POST", path);
  if (!created) return false;
  field.value = created.access_token ?? created.token;
  storeToken(api, field.value);
  return true;
}

// Return the request of the form: method, URL, headers, and body or file.
function requestOf(main, settings) {
  let path = settings.path;
  const query = [];
  const headers = [];
  for (const each of main.querySelectorAll("[data-place]")) {
    if (!each.value || (each.type === "checkbox" && !each.checked)) continue;
    const { place, name } = each.dataset;
    const values = "list" in each.dataset ? each.value.split(",").map((value) => value.trim()) : [each.value];
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(each.value));
    else if (place === "header") headers.push([name, each.value]);
    else query.push(...values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("%3A", ":")}`));
  }
  const secret = settings.api === "control" ? adminToken() && "ADMIN_TOKEN" : main.querySelector("#token").value;
  if (secret) headers.push(["Authorization", `Bearer ${secret}`]);
  const body = main.querySelector("#body");
  const file = body?.files?.[0];
  if (body?.value) headers.push(["Content-Type", body.dataset.type]);
  return { method: settings.method, url: `${location.origin}${path}${query.length ? `?${query.join("&")}` : ""}`, headers, file: file?.name, body: file ?? (body?.value || undefined) };
}

function showSamples(main, request) {
  main.querySelectorAll(".docs-code .tabbed code").forEach((code, index) => { code.textContent = SAMPLES[index](request); });
  const error = main.querySelector("#body-error");
  if (!error) return;
  try {
    if (request.body) JSON.parse(request.body);
    error.textContent = "";
  } catch (problem) {
    error.textContent = `Not JSON: ${problem.message}`;
  }
}

async function sendAndShow(main, settings) {
  const button = main.querySelector("#send");
  const request = requestOf(main, settings);
  const headers = request.headers.map(([name, value]) => [name, value === "Bearer ADMIN_TOKEN" ? `Bearer ${adminToken()}` : value]);
  button.disabled = true;
  main.querySelector("#response").setAttribute("aria-busy", "true");
  const since = settings.journal ? (await call("GET", "journal?limit=1"))?.newest : undefined;
  try {
    const received = await receive(request, headers);
    showResponse(main, received);
    if (since !== undefined) await showEntry(main, request, since);
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    notifyProblem(`The request cannot be sent: ${problem.message}`);
  } finally {
    button.disabled = false;
    main.querySelector("#response").removeAttribute("aria-busy");
  }
}

// Send the request without the browser's cookies. Return the response with its body as bytes, of which at most MOST_BYTES are read.
async function receive({ method, url, body }, headers) {
  const startedAt = performance.now();
  const allowed = new Headers(headers); // Raises a TypeError for characters that a header cannot carry.
  const stop = AbortSignal.timeout(LONGEST);
  const chunks = [];
  let size = 0;
  let response;
  let isComplete = false;
  try {
    response = await fetch(url, { method, headers: allowed, body, credentials: "omit", cache: "no-store", signal: stop });
    for (const reader = response.body?.getReader(); reader; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
      if (size > MOST_BYTES) {
        await reader.cancel();
        break;
      }
    }
    isComplete = size <= MOST_BYTES;
  } catch {
    // The connection was closed, or the time is over: what arrived is shown.
  }
  const failure = isComplete ? "" : size > MOST_BYTES ? `The page stopped reading after ${formatCount(MOST_BYTES)} bytes.` : stop.aborted ? `The page stopped reading after ${LONGEST / 1000} s.` : "The connection was closed before the end of the response.";
  return { response, failure, size, content: new Blob(chunks, { type: response?.headers.get("content-type") ?? "" }), took: performance.now() - startedAt };
}

async function showResponse(main, { response, failure, content, size, took }) {
  const kind = response ? TAG_CLASSES[String(response.status)[0]] : "bad";
  main.querySelector("#outcome").replaceChildren(element("span", { class: `tag ${kind}` }, response ? `${response.status} ${response.statusText}`.trim() : "aborted"));
  main.querySelector("#transfer").replaceChildren(`${formatCount(Math.round(took))} ms, ${formatSize(size)}`);
  const parts = [];
  if (failure) parts.push(element("p", { class: "error" }, failure));
  if (size) parts.push(...(await bodyParts(content)));
  else if (!failure) parts.push(element("p", { class: "quiet-note" }, "The response has no body."));
  const headers = [...(response?.headers ?? [])];
  if (headers.length) {
    const rows = headers.map(([name, value]) => element("div", {}, element("dt", {}, name), " ", element("dd", {}, value)));
    parts.push(element("details", { class: "header-list" }, element("summary", {}, formatCount(headers.length, "header")), element("dl", { class: "pairs headers" }, ...rows)));
  }
  main.querySelector("#received").replaceChildren(...parts);
}

const formatSize = (bytes) => (bytes < 10_000 ? formatCount(bytes, "byte") : `${formatCount(Math.round(bytes / 1000))} kB`);

// Return the body as text, shortened, with buttons to copy and to save all of it.
async function bodyParts(content) {
  const extension = content.type.includes("json") ? "json" : IS_TEXT.test(content.type) ? "txt" : "bin";
  const download = element("button", { type: "button", class: "quiet" }, "Download");
  download.addEventListener("click", () => save(`response.${extension}`, content));
  if (content.type && !IS_TEXT.test(content.type)) return [element("p", {}, `${formatSize(content.size)} of ${content.type}. `, download)];
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
  return [element("pre", { tabindex: "0", role: "group", "aria-label": "Body of the response" }, element("code", {}, ...shown)), element("p", { class: "tools" }, ...note, ...(text.length <= FORMATTED ? [copy] : []), download)];
}

// Link the entry of the request in the journal: the first one after *since* with its method, path and query.
async function showEntry(main, { method, url }, since) {
  const { pathname, search } = new URL(url);
  const path = decodeURIComponent(pathname).slice(root.length);
  const found = await call("GET", `journal?${new URLSearchParams({ since, method, path, limit: 100 })}`);
  const query = String(new URLSearchParams(search));
  const entry = found?.entries.findLast((each) => String(new URLSearchParams(each.query)) === query);
  if (entry) main.querySelector("#transfer").append("; ", element("a", { href: `${root}/console/journal/${entry.number}` }, `Request ${entry.number} in the journal`));
}

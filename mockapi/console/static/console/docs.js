// Page of an operation in the API docs: the request as code, and its response.
import { call, notify, notifyProblem, root, send as sendToControl, token as adminToken } from "./api_client.js";
import { curlSample, pythonSample, typescriptSample } from "./code_samples.js";
import { start as startFilter } from "./docs_filter.js";
import { fileName, isText, showArriving, showRedirect, showResponse } from "./docs_response.js";
import { loadToken, storeToken } from "./docs_token.js";
import { element, formatCount } from "./dom.js";

const SAMPLES = [curlSample, pythonSample, typescriptSample];
const MOST_BYTES = 50_000_000;
const LONGEST = 30_000; // milliseconds until the page stops reading a response other than a stream of events
const STREAM = "text/event-stream";
const NONE_GIVEN = "Enter or create another one.";
const GIVEN_AGAIN = "The field has the token of the scenario again.";

export function start(main) {
  startFilter(main);
  main.querySelector(".docs-nav [aria-current]").scrollIntoView({ block: "center", container: "nearest" });
  const settings = JSON.parse(main.dataset.request);
  const form = main.querySelector("#request");
  const token = main.querySelector("#token");
  if (token) token.value = loadToken(settings.api) ?? token.value;
  const update = () => showSamples(main, requestOf(main, settings));
  main.addEventListener("input", (event) => {
    if (event.target === token) {
      token.dataset.typed = "";
      // An emptied field is empty on this page only.
      if (token.value) storeToken(settings.api, token.value);
    }
    update();
  });
  main.addEventListener("click", async ({ target }) => {
    if (target.dataset.newToken && (await createToken(settings.api, target.dataset.newToken, token))) update();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    await sendAndShow(main, settings);
  });
  document.addEventListener("console:reset", ({ detail: page }) => {
    const wasRemembered = Boolean(loadToken(settings.api));
    for (const api of ["partner", "user"]) storeToken(api, "");
    if (!token) return;
    const wasGiven = token.value === token.defaultValue;
    // A token that the server printed at its start is lost.
    if (page) token.defaultValue = page.querySelector("#token").defaultValue;
    if (wasGiven || wasRemembered) token.value = token.defaultValue;
    if (wasRemembered) notify(`The world was reset. ${token.value ? GIVEN_AGAIN : NONE_GIVEN}`);
    update();
  });
  // After Back, the browser restores the parameters once the page is loaded.
  window.addEventListener("pageshow", update);
  update();
  main.dataset.ready = "";
}

async function createToken(api, path, field) {
  const created = await call("POST", path);
  if (!created) return false;
  field.value = created.access_token ?? created.token;
  delete field.dataset.typed;
  storeToken(api, field.value);
  return true;
}

// Forget the remembered token, which the server rejected. A token that was typed on this page stays in its field.
function forgetToken(api, field) {
  storeToken(api, "");
  if ("typed" in field.dataset) return;
  field.value = field.defaultValue;
  notify(`The remembered token is not valid any more. ${field.value ? GIVEN_AGAIN : NONE_GIVEN}`);
}

// Return the request of the form: method, URL, headers, and body or file; and what becomes of the response.
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
  const content = body?.files ? body.files[0] : body?.value || undefined;
  const file = body?.files && (content?.name ?? (body.required ? "FILE" : undefined));
  if (content || file) headers.push(["Content-Type", body.dataset.type]);
  const url = `${location.origin}${path}${query.length ? `?${query.join("&")}` : ""}`;
  const savedAs = settings.accept && !isText(settings.accept) ? fileName(settings.accept) : undefined;
  return { method: settings.method, url, headers, file, body: content, savedAs, isStream: settings.accept === STREAM };
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
  const request = requestOf(main, settings);
  const headers = request.headers.map(([name, value]) => [name, value === "Bearer ADMIN_TOKEN" ? `Bearer ${adminToken()}` : value]);
  const remembered = loadToken(settings.api);
  const stopped = new AbortController();
  const stop = main.querySelector("#stop");
  stop.addEventListener("click", () => stopped.abort(), { signal: stopped.signal });
  showSending(main, true);
  try {
    const since = settings.journal ? (await lookUp("journal?limit=1"))?.newest : undefined;
    const received = await receive(request, headers, stopped.signal, (response) => showArriving(main, response));
    await showResponse(main, received);
    if (received.response?.status === 401 && remembered && headers.some(([, value]) => value === `Bearer ${remembered}`)) {
      forgetToken(settings.api, main.querySelector("#token"));
      showSamples(main, requestOf(main, settings));
    }
    if (since !== undefined) await showEntry(main, request, received, since);
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem;
    notifyProblem(`The request cannot be sent: ${problem.message}`);
  } finally {
    showSending(main, false);
    stopped.abort();
  }
}

// Show the button that stops the request in place of the one that sends it. The focus moves with it.
function showSending(main, isSending) {
  const buttons = [main.querySelector("#send"), main.querySelector("#stop")];
  const [hidden, shown] = isSending ? buttons : buttons.toReversed();
  const hasFocus = document.activeElement === hidden;
  hidden.hidden = hidden.disabled = true;
  shown.hidden = shown.disabled = false;
  if (hasFocus) shown.focus();
  main.querySelector("#response").toggleAttribute("aria-busy", isSending);
}

// Send the request without the browser's cookies. Return the response with its body as bytes, of which at most MOST_BYTES are read.
// Of a stream of events, call what *onStream* returns with the text that arrives.
async function receive({ method, url, body }, headers, stopped, onStream) {
  const startedAt = performance.now();
  const allowed = new Headers(headers); // Raises a TypeError for characters that a header cannot carry.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), LONGEST);
  const signal = AbortSignal.any([stopped, late.signal]);
  const chunks = [];
  let size = 0;
  let response;
  let isComplete = false;
  try {
    response = await fetch(url, { method, headers: allowed, body, credentials: "omit", cache: "no-store", redirect: "manual", signal });
    const isStream = response.headers.get("content-type")?.startsWith(STREAM);
    if (isStream) clearTimeout(timer);
    const [onText, decoder] = isStream ? [onStream(response), new TextDecoder()] : [];
    for (const reader = response.body?.getReader(); reader; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      size += value.length;
      onText?.(decoder.decode(value, { stream: true }));
      if (size > MOST_BYTES) {
        await reader.cancel();
        break;
      }
    }
    isComplete = size <= MOST_BYTES;
  } catch {
    // The connection was closed, the request was stopped, or the time is over: what arrived is shown.
  }
  clearTimeout(timer);
  const failure = isComplete ? "" : failureOf(size, stopped.aborted, late.signal.aborted, Boolean(response));
  return { response, failure, size, content: new Blob(chunks, { type: response?.headers.get("content-type") ?? "" }), took: performance.now() - startedAt };
}

function failureOf(size, isStopped, isLate, hasResponse) {
  if (size > MOST_BYTES) return `The page stopped reading after ${formatCount(MOST_BYTES)} bytes.`;
  if (isStopped) return "You stopped the request.";
  if (isLate) return `The page stopped reading after ${LONGEST / 1000} s.`;
  if (!hasResponse) return "The connection was closed before a response.";
  return `The connection was closed before the end of the response${size ? "." : "; the browser keeps none of it."}`;
}

// Return what the control API responds; undefined after an error, because the response is shown without it, too.
async function lookUp(path) {
  const response = await sendToControl(path).catch(() => undefined);
  return response?.ok ? response.json() : undefined;
}

// Link the entry of the request in the journal: the first one after *since* with its method, path and query.
async function showEntry(main, { method, url }, { response }, since) {
  const { pathname, search } = new URL(url);
  const path = decodeURIComponent(pathname).slice(root.length);
  const found = await lookUp(`journal?${new URLSearchParams({ since, method, path, limit: 100 })}`);
  const query = String(new URLSearchParams(search));
  const entry = found?.entries.findLast((each) => String(new URLSearchParams(each.query)) === query);
  if (!entry) return;
  main.querySelector("#transfer").append("; ", element("a", { href: `${root}/console/journal/${entry.number}` }, `Request ${entry.number} in the journal`));
  if (response?.type !== "opaqueredirect") return;
  const redirect = await lookUp(`journal/${entry.number}`);
  if (redirect) showRedirect(main, redirect);
}

// HTTP requests and responses, shown as they were transferred.
import { element, statusTag } from "./dom.js";
import { formatJson } from "./json_text.js";

const MAX_LENGTH = 6000;

const key = (text) => element("span", { class: "key" }, text);

// Return one line per name and value, percent-encoded as transferred.
function pairs(text, first) {
  return text.split("&").flatMap((each, index) => {
    const [name, ...value] = each.split("=");
    return [index ? "\n  &" : first, key(name), value.length ? `=${value.join("=")}` : ""];
  });
}

function headerLines(headers) {
  return headers.flatMap(([name, value]) => ["\n", key(name), `: ${value}`]);
}

function body(text, type = "") {
  if (!text) return [];
  if (type.includes("urlencoded")) return ["\n\n", ...pairs(text, "  ")];
  const shown = formatJson(text);
  return ["\n\n", shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}\n… ${shown.length - MAX_LENGTH} more characters` : shown];
}

const typeOf = (headers) => headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];

export function requestParts({ method, url, headers, body: content }) {
  const { host, pathname, search } = new URL(url);
  const query = search ? pairs(search.slice(1), "\n  ?") : [];
  const others = headers.filter(([name]) => name.toLowerCase() !== "host");
  return [element("b", {}, method), ` ${pathname}`, ...query, ...headerLines([["Host", host], ...others]), ...body(content, typeOf(headers))];
}

function responseParts({ status, reason, headers, body: content, failure }) {
  if (failure) return [element("b", {}, failure)];
  return [element("b", {}, String(status)), reason ? ` ${reason}` : "", ...headerLines(headers), ...body(content, typeOf(headers))];
}

export function message(label, parts) {
  return element("pre", { tabindex: "0", role: "group", "aria-label": label }, element("code", {}, ...parts));
}

function panel(title, parts) {
  return element("div", {}, element("h3", {}, title), message(title, parts));
}

// Return a request and its response as a collapsible element. *note* and *more* follow the messages.
export function exchange({ request, response, note }, { open = false, more = [] } = {}) {
  const path = new URL(request.url).pathname;
  const to = response.headers?.find(([name]) => name.toLowerCase() === "location")?.[1];
  const line = [
    element("b", {}, request.method),
    " ",
    element("span", { class: "url-path" }, path),
    " ",
    statusTag(response.status, String(response.status ?? "aborted")),
  ];
  if (to) line.push(element("small", {}, ` to ${to.split("?")[0]}`));
  if (response.took !== undefined) line.push(element("small", {}, ` ${response.took.toFixed(0)} ms`));
  return element(
    "details",
    { class: "exchange-item", open },
    element("summary", {}, ...line),
    element("div", { class: "sides" }, panel("Request", requestParts(request)), panel("Response", responseParts(response))),
    ...(note ? [element("p", { class: "caption" }, note)] : []),
    ...more,
  );
}

// Send a request like an API client, without the browser's cookies. Return it with its response.
export async function sendRequest(request) {
  const startedAt = performance.now();
  let response;
  try {
    const received = await fetch(request.url, { method: request.method, headers: request.headers, body: request.body, credentials: "omit", cache: "no-store" });
    const text = await received.text();
    response = { status: received.status, reason: received.statusText, headers: [...received.headers].filter(([name]) => SHOWN_HEADERS.has(name)), body: text.slice(0, 20000) };
  } catch {
    response = { failure: "The connection was closed." };
  }
  response.took = performance.now() - startedAt;
  return { request, response };
}

// Headers that matter for the flow; the journal has all.
export const SHOWN_HEADERS = new Set(["host", "location", "set-cookie", "cookie", "content-type", "cache-control", "www-authenticate", "retry-after", "date"]);

// Shows requests and answers as they went over the wire.
import { element } from "./elements.js";

const LONGEST = 6000;
const KINDS = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };

const key = (text) => element("span", { class: "key" }, text);

// A name and a value each on a line of their own, percent-encoded as they travel.
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
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It is no JSON, or not all of it.
  }
  return ["\n\n", shown.length > LONGEST ? `${shown.slice(0, LONGEST)}\n… ${shown.length - LONGEST} more characters` : shown];
}

const typeOf = (headers) => headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];

export function requestParts({ method, url, headers, body: sent }) {
  const { host, pathname, search } = new URL(url);
  const asked = search ? pairs(search.slice(1), "\n  ?") : [];
  const own = headers.filter(([name]) => name.toLowerCase() !== "host");
  return [element("b", {}, method), ` ${pathname}`, ...asked, ...headerLines([["Host", host], ...own]), ...body(sent, typeOf(headers))];
}

function answerParts({ status, reason, headers, body: came, failed }) {
  if (failed) return [element("b", {}, failed)];
  return [element("b", {}, String(status)), reason ? ` ${reason}` : "", ...headerLines(headers), ...body(came, typeOf(headers))];
}

export function message(label, parts) {
  return element("pre", { tabindex: "0", role: "group", "aria-label": label }, element("code", {}, ...parts));
}

function panel(title, parts) {
  return element("div", {}, element("h3", {}, title), message(title, parts));
}

// A request with its answer, folded up to one line; *more* follows it.
export function exchange({ request, answer, note }, { open = false, more = [] } = {}) {
  const path = new URL(request.url).pathname;
  const kind = answer.failed ? "bad" : KINDS[String(answer.status)[0]];
  const to = answer.headers?.find(([name]) => name.toLowerCase() === "location")?.[1];
  const line = [
    element("b", {}, request.method),
    " ",
    element("span", { class: "where" }, path),
    " ",
    element("span", { class: `tag ${kind}` }, String(answer.status ?? "cut off")),
  ];
  if (to) line.push(element("small", {}, ` leads to ${to.split("?")[0]}`));
  if (answer.took !== undefined) line.push(element("small", {}, ` ${answer.took.toFixed(0)} ms`));
  return element(
    "details",
    { class: "hop", open },
    element("summary", {}, ...line),
    element("div", { class: "sides" }, panel("Request", requestParts(request)), panel("Answer", answerParts(answer))),
    ...(note ? [element("p", { class: "caption" }, note)] : []),
    ...more,
  );
}

// Sends a request as a client does: without the browser's cookies. Returns it with its answer.
export async function ask(request) {
  const began = performance.now();
  let answer;
  try {
    const came = await fetch(request.url, { method: request.method, headers: request.headers, body: request.body, credentials: "omit", cache: "no-store" });
    const text = await came.text();
    answer = { status: came.status, reason: came.statusText, headers: [...came.headers].filter(([name]) => SHOWN.has(name)), body: text.slice(0, 20000) };
  } catch {
    answer = { failed: "The connection broke off." };
  }
  answer.took = performance.now() - began;
  return { request, answer };
}

// Headers that say something about the flow; the journal has them all.
export const SHOWN = new Set(["host", "location", "set-cookie", "cookie", "content-type", "cache-control", "www-authenticate", "retry-after", "date"]);

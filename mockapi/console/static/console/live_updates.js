// Server-sent events of the page's world: new requests, clock changes, resets and deletion.
// One stream per visible page. By fetch, because an EventSource cannot send the token.
import { root, showWorldDeleted, token } from "./api_client.js";
import { setClock } from "./clock_display.js";

const RETRY_AFTER = 2000; // milliseconds
const NO_REQUEST = "?path=-"; // No request has this path.

let controller;
let page;

// Subscribe instead of the previous subscriber. Call *onRequest* with each journal entry after *bookmark* that
// matches *query*, *onClock* if the clock differs from the page's, and *onReset* with the new bookmark if
// the numbering of the journal starts again.
export function subscribe({ query = NO_REQUEST, bookmark, onRequest, onClock, onReset }) {
  controller?.abort();
  controller = new AbortController();
  page = document.getElementById("content");
  if (bookmark) run({ query, last: bookmark, onRequest, onClock, onReset }, controller.signal);
}

// Return whether the visible page has a subscription.
export const isSubscribed = () => page === document.getElementById("content");

async function run(subscriber, signal) {
  while (!signal.aborted) {
    await untilVisible();
    const hidden = new AbortController();
    document.addEventListener("visibilitychange", () => hidden.abort(), { signal: hidden.signal });
    const connected = await listen(subscriber, AbortSignal.any([signal, hidden.signal])).catch(isAborted);
    hidden.abort();
    if (signal.aborted) return;
    showLive(false);
    if (!connected) await new Promise((done) => setTimeout(done, RETRY_AFTER));
  }
}

// A browser opens at most six connections per server, so background tabs use none.
function untilVisible() {
  if (!document.hidden) return undefined;
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

function isAborted(error) {
  if (!(error instanceof TypeError || error.name === "AbortError")) throw error;
  return error.name === "AbortError";
}

function showLive(live) {
  document.documentElement.toggleAttribute("data-live", live);
  const chip = document.getElementById("live");
  if (chip) chip.textContent = live ? "live" : "not live";
}

// Dispatch events until the stream ends. Return whether there was a stream.
async function listen(subscriber, signal) {
  const headers = { "Last-Event-ID": subscriber.last, ...(token() && { Authorization: `Bearer ${token()}` }) };
  const query = new URLSearchParams(subscriber.query);
  query.set("clock", "true");
  const response = await fetch(`${root}/__admin/journal/tail?${query}`, { headers, signal });
  showWorldDeleted(response.status === 404);
  if (!response.ok) return false;
  const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await text.read();
    if (done) return true;
    showLive(true); // The first line is a comment: no event is missed after it.
    buffer += value;
    const events = buffer.split("\n\n");
    buffer = events.pop();
    // A page that has just replaced the subscriber's page is newer than these events.
    for (const event of events) if (!signal.aborted && isSubscribed()) dispatch(subscriber, event);
  }
}

function dispatch(subscriber, text) {
  const { id, event, data } = Object.fromEntries(text.split("\n").map((line) => line.split(/: (.*)/s)));
  if (!data) return;
  const isReset = id.split("-")[0] !== subscriber.last.split("-")[0];
  subscriber.last = id;
  if (isReset) subscriber.onReset?.(id);
  const content = JSON.parse(data);
  if (event === "request") subscriber.onRequest?.(content);
  else if (setClock(content)) subscriber.onClock?.();
}

// Return a function that runs *action* once at a time, and once more after calls during a run.
export function coalesce(action) {
  let [running, again] = [false, false];
  return async () => {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await action();
    }
    running = false;
  };
}

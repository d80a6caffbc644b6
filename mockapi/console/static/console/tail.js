// Follows what happens in the world: requests as they come, the clock as it is moved, a new beginning,
// the end. One stream for each page that is looked at; by fetch, for an EventSource carries no token.
import { gone, root, token } from "./control.js";
import { set } from "./ticking.js";

const AGAIN = 2000; // milliseconds after which a server that stopped is asked again
const NO_REQUEST = "?path=-"; // No path is called so.

let leaving;
let page;

// Until another takes its place: calls *request* with each entry after the bookmark *read* that
// *query* means, *clock* once the time was not as the page had it, and *anew* with the new bookmark when all
// numbers begin anew.
export function follow({ query = NO_REQUEST, read, request, clock, anew }) {
  leaving?.abort();
  leaving = new AbortController();
  page = document.getElementById("content");
  if (read) keepOn({ query, last: read, request, clock, anew }, leaving.signal);
}

// Whether the page that is shown follows what happens.
export const follows = () => page === document.getElementById("content");

async function keepOn(reader, signal) {
  while (!signal.aborted) {
    await lookedAt();
    const hidden = new AbortController();
    document.addEventListener("visibilitychange", () => hidden.abort(), { signal: hidden.signal });
    const heard = await listen(reader, AbortSignal.any([signal, hidden.signal])).catch(broken);
    hidden.abort();
    if (signal.aborted) return;
    say(false);
    if (!heard) await new Promise((done) => setTimeout(done, AGAIN));
  }
}

// A browser opens six connections to a server, and tabs in the background are no use for any.
function lookedAt() {
  if (!document.hidden) return undefined;
  return new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
}

function broken(error) {
  if (!(error instanceof TypeError || error.name === "AbortError")) throw error;
  return error.name === "AbortError";
}

function say(live) {
  document.documentElement.toggleAttribute("data-live", live);
  const chip = document.getElementById("live");
  if (chip) chip.textContent = live ? "live" : "not live";
}

// Tells what is heard until the stream ends; returns whether there was one.
async function listen(reader, signal) {
  const headers = { "Last-Event-ID": reader.last, ...(token() && { Authorization: `Bearer ${token()}` }) };
  const query = new URLSearchParams(reader.query);
  query.set("clock", "true");
  const answer = await fetch(`${root}/__admin/journal/tail?${query}`, { headers, signal });
  gone(answer.status === 404);
  if (!answer.ok) return false;
  const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await text.read();
    if (done) return true;
    say(true); // The first line is a comment: from it on nothing is missed.
    waiting += value;
    const parts = waiting.split("\n\n");
    waiting = parts.pop();
    for (const part of parts) if (!signal.aborted) tell(reader, part);
  }
}

function tell(reader, part) {
  const { id, event, data } = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
  if (!data) return;
  const begun = id.split("-")[0] !== reader.last.split("-")[0];
  reader.last = id;
  if (begun) reader.anew?.(id);
  const told = JSON.parse(data);
  if (event === "request") reader.request?.(told);
  else if (set(told)) reader.clock?.();
}

// Returns what calls *act* for whatever is heard: one at a time, and once more for what came meanwhile.
export function oneByOne(act) {
  let [acting, again] = [false, false];
  return async () => {
    again = true;
    if (acting) return;
    acting = true;
    while (again) {
      again = false;
      await act();
    }
    acting = false;
  };
}

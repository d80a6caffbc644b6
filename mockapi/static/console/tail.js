// Follows the journal as it is written; by fetch, for an EventSource carries no token.
import { renew, root, token } from "./control.js";

const AGAIN = 2000; // milliseconds after which a server that stopped is asked again

// Calls *heard* with each entry after number *since* that *query* means; returns the way out.
// After a break, and where numbers begin again, the *parts* of the page are shown anew: what
// they show may be of a server that is no more.
export function follow(query, heard, since, ...parts) {
  const leaving = new AbortController();
  let last = since;
  let broken = false;
  const again = async () => {
    const page = await renew(location.href, ...parts);
    last = Number(page?.querySelector("#content").dataset.newest ?? 0);
    window.htmx?.process(document.getElementById("content"));
  };
  const go = async () => {
    try {
      if (broken) await again();
      broken = true;
      let before = last;
      await listen(query, last, leaving.signal, async (entry) => {
        const anew = entry.number <= before;
        before = entry.number;
        if (anew) await again();
        last = Math.max(last, entry.number);
        heard(entry);
      });
    } catch (error) {
      if (!(error instanceof TypeError || error.name === "AbortError")) throw error;
    }
    if (leaving.signal.aborted) return;
    say(false);
    setTimeout(go, AGAIN);
  };
  go();
  return () => leaving.abort();
}

function say(live) {
  document.documentElement.toggleAttribute("data-live", live);
  const chip = document.getElementById("live");
  if (chip) chip.textContent = live ? "live" : "not live";
}

async function listen(query, since, signal, heard) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  if (since !== undefined) headers["Last-Event-ID"] = String(since);
  const answer = await fetch(`${root}/__admin/journal/tail${query}`, { headers, signal });
  if (!answer.ok) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    say(true); // The first line is a comment: from it on nothing is missed.
    waiting += value;
    const parts = waiting.split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (data) await heard(JSON.parse(data.slice(6)));
    }
  }
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

// Follows the journal as it is written; by fetch, for an EventSource carries no token.
import { root, token } from "./control.js";

// Calls *heard* with each entry that *query* means; returns the way out.
export function follow(query, heard) {
  const leaving = new AbortController();
  listen(query, heard, leaving.signal).catch(() => {}); // The server stopped, or somebody left.
  return () => leaving.abort();
}

async function listen(query, heard, signal) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const answer = await fetch(`${root}/__admin/journal/tail${query}`, { headers, signal });
  if (!answer.ok) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  document.documentElement.dataset.live = "";
  let waiting = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    waiting += value;
    const parts = waiting.split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (data) heard(JSON.parse(data.slice(6)));
    }
  }
  delete document.documentElement.dataset.live;
}

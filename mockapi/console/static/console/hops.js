// Finds the hops of a flow in the journal: what the browser asked while it was away.
import { call, root } from "./control.js";
import { SHOWN } from "./exchange.js";

const PAGES = ["/signin", "/consent", "/consent/sandbox"];

// Returns the exchanges since the flow began, by the step that they belong to.
export async function hopsOf(flow, told) {
  const found = { ask: [], signin: [], consent: [] };
  const journal = await call("GET", `journal?since=${flow.since}&limit=200`);
  const asks = [`${told.base}/authorize`, `${told.base}/sandbox-authorize`];
  const all = (journal?.entries ?? []).filter((each) => PAGES.includes(each.path) || asks.includes(each.path));
  const first = all.findIndex((each) => asks.includes(each.path) && each.query.some(([name, value]) => name === "state" && value === flow.state));
  if (first < 0) return found;
  const entries = await Promise.all(all.slice(first).map((each) => call("GET", `journal/${each.number}`)));
  for (const entry of entries.filter(Boolean)) found[stepOf(entry, asks)].push(hop(entry));
  return found;
}

function stepOf(entry, asks) {
  if (asks.includes(entry.path)) return "ask";
  const to = entry.response_headers.find(([name]) => name === "location")?.[1] ?? "";
  return entry.path === "/signin" || to.includes("/signin?") ? "signin" : "consent";
}

function hop(entry) {
  const query = entry.query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const shown = (headers) => headers.filter(([name]) => SHOWN.has(name));
  return {
    request: {
      method: entry.method,
      url: `${location.origin}${root}${entry.path}${query && `?${query}`}`,
      headers: shown(entry.request_headers),
      body: entry.request_body.text ?? "",
    },
    answer: {
      status: entry.status,
      headers: shown(entry.response_headers),
      body: entry.response_body.size ? `(a page of ${entry.response_body.size.toLocaleString("en")} bytes)` : "",
      took: entry.duration_ms,
    },
    note: `As the journal keeps it, secrets shortened: request ${entry.number}.`,
  };
}

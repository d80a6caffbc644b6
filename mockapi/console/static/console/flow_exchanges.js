// Requests of the authorization flow that the browser sent outside this page, read from the journal.
import { call, root } from "./api_client.js";
import { SHOWN_HEADERS } from "./http_exchange.js";

const PAGES = ["/signin", "/consent", "/consent/sandbox"];

// Return the exchanges since the start of the flow, by step.
export async function exchangesOf(flow, config) {
  const found = { authorize: [], signin: [], consent: [] };
  const journal = await call("GET", `journal?since=${flow.since}&limit=200`);
  const authorizePaths = [`${config.base}/authorize`, `${config.base}/sandbox-authorize`];
  const all = (journal?.entries ?? []).filter((each) => PAGES.includes(each.path) || authorizePaths.includes(each.path));
  const first = all.findIndex((each) => authorizePaths.includes(each.path) && each.query.some(([name, value]) => name === "state" && value === flow.state));
  if (first < 0) return found;
  const entries = await Promise.all(all.slice(first).map((each) => call("GET", `journal/${each.number}`)));
  for (const entry of entries.filter(Boolean)) found[stepOf(entry, authorizePaths)].push(exchangeOf(entry));
  return found;
}

function stepOf(entry, authorizePaths) {
  if (authorizePaths.includes(entry.path)) return "authorize";
  const to = entry.response_headers.find(([name]) => name === "location")?.[1] ?? "";
  return entry.path === "/signin" || to.includes("/signin?") ? "signin" : "consent";
}

function exchangeOf(entry) {
  const query = entry.query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const filtered = (headers) => headers.filter(([name]) => SHOWN_HEADERS.has(name));
  return {
    request: {
      method: entry.method,
      url: `${location.origin}${root}${entry.path}${query && `?${query}`}`,
      headers: filtered(entry.request_headers),
      body: entry.request_body.text ?? "",
    },
    response: {
      status: entry.status,
      headers: filtered(entry.response_headers),
      body: entry.response_body.size ? `(a page of ${entry.response_body.size.toLocaleString("en")} bytes)` : "",
      took: entry.duration_ms,
    },
    note: `Request ${entry.number} in the journal, with redacted secrets.`,
  };
}

// Guided authorization code flow: sends each request of a client and shows its response.
import { call, notify, root } from "./api_client.js";
import { storeToken } from "./docs_token.js";
import { element } from "./dom.js";
import { exchange, message, requestParts, sendRequest } from "./http_exchange.js";
import { exchangesOf } from "./flow_exchanges.js";

const KEY = `mockapi.flow${root}`;
const FORM = "application/x-www-form-urlencoded";
const LABELS = {
  exchange: "Send the token request",
  call: "List the customer's sites",
  refresh: "Refresh",
  revoke: "Revoke, then call again",
};
const ORDER = Object.keys(LABELS);
const load = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
const store = (flow) => sessionStorage.setItem(KEY, JSON.stringify(flow));
const baseUrl = () => location.origin + root;

export function start(main) {
  if (!main.querySelector("#steps")) return;
  const config = JSON.parse(main.dataset.flow);
  if ("returning" in main.dataset) resume(main, config);
  else prepare(main, config);
}

const urlEncode = (fields) => fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

function random(length) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return [...crypto.getRandomValues(new Uint8Array(length))].map((each) => letters[each % letters.length]).join("");
}

async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function prepare(main, config) {
  const flow = { state: random(24), verifier: random(43), redirect_uri: baseUrl() + config.callback };
  // Browsers offer crypto.subtle only in a secure context.
  if (crypto.subtle) flow.challenge = await challengeOf(flow.verifier);
  const form = main.querySelector("#authorization-form");
  main.querySelector("#callback").textContent = flow.redirect_uri;
  const update = () => {
    applyForm(form, flow, config);
    main.querySelector("#authorization-request code").replaceChildren(...requestParts({ method: "GET", url: flow.url, headers: [] }));
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const journal = await call("GET", "journal?limit=1");
    if (!journal) return;
    store({ ...flow, since: journal.newest, done: {} });
    location.assign(flow.url);
  });
  update();
  showProgress(main, "authorize");
  main.dataset.ready = "";
}

// Copy the form into *flow*, and disable the options that the client cannot use.
function applyForm(form, flow, config) {
  const fields = form.elements;
  const client = config.clients.find((each) => each.client_id === fields.client.value);
  const isPublic = client.client_secret === null;
  fields.authentication.disabled = isPublic;
  fields.pkce.disabled = isPublic || !flow.challenge;
  if (fields.pkce.disabled) fields.pkce.checked = isPublic;
  for (const each of fields.scope) each.disabled = !client.scopes.includes(each.value);
  const scopes = [...fields.scope].filter((each) => each.checked && !each.disabled).map((each) => each.value);
  flow.client = client;
  flow.authentication = isPublic ? "none" : fields.authentication.value;
  flow.pkce = fields.pkce.checked && Boolean(flow.challenge);
  const query = [
    ["response_type", "code"],
    ["client_id", client.client_id],
    ["redirect_uri", flow.redirect_uri],
    ...(scopes.length ? [["scope", scopes.join(" ")]] : []),
    ["state", flow.state],
    ...(flow.pkce ? [["code_challenge", flow.challenge], ["code_challenge_method", "S256"]] : []),
    ...(fields.hint.value ? [["login_hint", fields.hint.value]] : []),
  ];
  flow.url = `${baseUrl()}${config.base}/${fields.endpoint.value}?${urlEncode(query)}`;
}

async function resume(main, config) {
  // A state that this tab did not send belongs to another flow.
  const flow = load()?.state === new URLSearchParams(location.search).get("state") ? load() : null;
  if (flow && flow.href !== location.href) {
    Object.assign(flow, { href: location.href, done: {}, exchanges: await exchangesOf(flow, config) });
    store(flow);
  }
  show(main, config, flow);
  main.querySelector("#steps").setAttribute("aria-busy", "false");
  main.dataset.ready = "";
}

function show(main, config, flow) {
  const callback = callbackOf(config, flow);
  const bodies = { authorize: flow ? exchangeList(flow.exchanges.authorize, "The request is not in the journal.") : [], ...browserSteps(config, flow), callback: callback.body };
  const current = callback.ok ? ORDER.find((each) => !isFinished(flow.done[each])) : undefined;
  for (const step of ORDER) {
    const done = (flow?.done[step] ?? []).map((each, index, all) => exchange(each, { open: step === lastStep(flow) && index === all.length - 1 }));
    bodies[step] = step === current ? [...done, ...next(main, config, flow, step)] : done;
  }
  for (const [step, body] of Object.entries(bodies)) {
    const item = main.querySelector(`[data-step=${step}]`);
    item.querySelector(".body").replaceChildren(...body);
    item.classList.toggle("pending", !body.length);
  }
  showProgress(main, callback.ok ? current : "callback", !callback.ok || isTried(flow, current));
  if (callback.ok && !current) main.querySelector("[data-step=revoke] .body").append(completion());
}

// An error response ends the flow, except the expected one after revocation.
const isFinished = (exchanges) => Boolean(exchanges?.length) && exchanges[0].response.status < 300;
const isTried = (flow, step) => Boolean(flow.done[step]?.length);
const lastStep = (flow) => ORDER.filter((each) => flow.done[each]).at(-1);

const PROGRESS = { passed: ", done", current: ", current step", failed: ", failed" };

function showProgress(main, current, failed = false) {
  let passed = true;
  for (const each of main.querySelectorAll("[data-step]")) {
    const isCurrent = each.dataset.step === current;
    if (isCurrent) passed = false;
    const progress = isCurrent ? (failed ? "failed" : "current") : passed ? "passed" : "";
    each.classList.remove(...Object.keys(PROGRESS));
    if (progress) each.classList.add(progress);
    each.removeAttribute("aria-current");
    if (isCurrent) each.setAttribute("aria-current", "step");
    each.querySelector("[data-progress]").textContent = PROGRESS[progress] ?? "";
  }
}

function exchangeList(exchanges, emptyText) {
  return exchanges?.length ? exchanges.map((each) => exchange(each)) : [element("p", { class: "quiet-note" }, emptyText)];
}

function browserSteps(config, flow) {
  if (!flow) return { signin: [], consent: [] };
  if (!config.journal) {
    const unavailable = "These requests are not available because the journal of this server is disabled.";
    return { signin: exchangeList([], unavailable), consent: exchangeList([], unavailable) };
  }
  const sandboxed = flow.url.includes("/sandbox-authorize?");
  return {
    signin: exchangeList(flow.exchanges.signin, sandboxed ? "Not needed: the data are simulated." : "Skipped: the customer was already signed in, or consent is automatic in this world."),
    consent: exchangeList(flow.exchanges.consent, "Skipped: consent is automatic in this world."),
  };
}

// Return the checks of the callback, and whether a client may continue.
function callbackOf(config, flow) {
  const query = new URLSearchParams(location.search);
  const request = message("The callback request", requestParts({ method: "GET", url: location.href, headers: [] }));
  if (!flow) {
    const why = load()
      ? "state was not sent by this tab. A client must stop here."
      : "No flow was started in this tab, so this callback is unexpected.";
    return { ok: false, body: [request, element("p", { class: "error" }, why), element("p", {}, element("a", { href: `${root}/console/oauth/flow` }, "Start a flow"))] };
  }
  const checks = [
    [true, "state matches the request", ""],
    [query.get("iss") === config.issuer, "iss is the server of the request", "iss is not the server of the request"],
    [query.has("code"), "code is present", `code is missing: ${query.get("error") ?? "the redirect has no parameters"}${query.get("error_description") ? `, ${query.get("error_description")}` : ""}`],
  ];
  const items = checks.map(([passed, yes, no]) => element("li", {}, element("span", { class: `tag ${passed ? "good" : "bad"}` }, passed ? "ok" : "failed"), ` ${passed ? yes : no}`));
  return { ok: checks.every(([passed]) => passed), body: [request, element("ul", { class: "checks" }, ...items)] };
}

function next(main, config, flow, step) {
  const request = REQUESTS[step](config, flow);
  if (!request) return [element("p", { class: "quiet-note" }, "The token response has no refresh token."), skipButton(main, config, flow, step)];
  const again = isTried(flow, step);
  if (again && step === "exchange") return [element("p", { class: "error" }, "A code can be used once, within a few minutes. It cannot be tried again. ", element("a", { href: `${root}/console/oauth/flow` }, "Start over"), ".")];
  const button = element("button", { type: "button", class: "primary" }, again ? `${LABELS[step]} again` : LABELS[step]);
  button.addEventListener("click", async () => {
    button.disabled = true;
    flow.done[step] = [await sendRequest(request)];
    if (step === "revoke") flow.done.revoke.push(await sendRequest(REQUESTS.call(config, flow)));
    storeTokens(flow, step);
    store(flow);
    show(main, config, flow);
    const following = ORDER.find((each) => !isFinished(flow.done[each])) ?? "revoke";
    main.querySelector(`[data-step=${following}]`).focus();
    notify(summarize(flow.done[step].at(-1).response));
  });
  const more = step === "call" ? [docsLink(flow)] : [];
  const shown = again ? [] : [message(`The request: ${LABELS[step]}`, requestParts(request))]; // The last attempt shows the request.
  return [...shown, element("div", { class: "actions" }, ...more, button)];
}

// Return a link to the API docs, which sends their requests with the token of the flow.
function docsLink(flow) {
  const link = element("a", { class: "button", href: `${root}/docs/partner` }, "Use the token in the API docs");
  link.addEventListener("click", () => storeToken("partner", flow.tokens.access_token));
  return link;
}

const summarize = ({ status, reason, failure }) => failure ?? `Response: ${status} ${reason ?? ""}`.trim();

function skipButton(main, config, flow, step) {
  const button = element("button", { type: "button", class: "quiet" }, "Skip");
  button.addEventListener("click", () => {
    flow.done[step] = [{ request: REQUESTS.call(config, flow), response: { status: 204, headers: [], reason: "not sent" } }];
    store(flow);
    show(main, config, flow);
  });
  return element("div", { class: "actions" }, button);
}

function storeTokens(flow, step) {
  const [{ response }] = flow.done[step];
  if (response.status === 200 && (step === "exchange" || step === "refresh")) flow.tokens = { ...flow.tokens, ...JSON.parse(response.body) };
}

// Return a POST request with the selected client authentication.
function authenticated(flow, url, fields) {
  const { client_id: id, client_secret: secret } = flow.client;
  const headers = [["Content-Type", FORM]];
  if (flow.authentication === "basic") headers.unshift(["Authorization", `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`]);
  else fields = [...fields, ["client_id", id], ...(secret ? [["client_secret", secret]] : [])];
  return { method: "POST", url, headers, body: urlEncode(fields) };
}

const REQUESTS = {
  exchange: (config, flow) =>
    authenticated(flow, `${baseUrl()}${config.base}/token`, [
      ["grant_type", "authorization_code"],
      ["code", new URLSearchParams(location.search).get("code")],
      ["redirect_uri", flow.redirect_uri],
      ...(flow.pkce ? [["code_verifier", flow.verifier]] : []),
    ]),
  call: (config, flow) => ({ method: "GET", url: baseUrl() + config.sites, headers: [["Authorization", `Bearer ${flow.tokens.access_token}`]] }),
  refresh: (config, flow) => flow.tokens.refresh_token && authenticated(flow, `${baseUrl()}${config.base}/token`, [["grant_type", "refresh_token"], ["refresh_token", flow.tokens.refresh_token]]),
  revoke: (config, flow) => authenticated(flow, `${baseUrl()}${config.base}/revoke`, [["token", flow.tokens.refresh_token ?? flow.tokens.access_token]]),
};

function completion() {
  return element(
    "p",
    { class: "done" },
    "The flow is complete. See the customer's ",
    element("a", { href: `${root}/console/oauth` }, "consents"),
    " and the requests in the ",
    element("a", { href: `${root}/console/journal?product=oauth` }, "journal"),
    ".",
  );
}

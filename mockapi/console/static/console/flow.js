// Tries the flow: goes through it as a client does, and shows each request with its answer.
import { call, root, tell } from "./control.js";
import { element } from "./elements.js";
import { ask, exchange, message, requestParts } from "./exchange.js";
import { hopsOf } from "./hops.js";

const KEY = `mockapi.flow${root}`;
const FORM = "application/x-www-form-urlencoded";
const LABELS = {
  trade: "Send the token request",
  call: "List the customer's sites",
  refresh: "Refresh",
  revoke: "Revoke, then call again",
};
const ORDER = Object.keys(LABELS);
const kept = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
const keep = (flow) => sessionStorage.setItem(KEY, JSON.stringify(flow));
const here = () => location.origin + root;

export function start(main) {
  if (!main.querySelector("#steps")) return;
  const told = JSON.parse(main.dataset.flow);
  if ("returning" in main.dataset) comeBack(main, told);
  else prepare(main, told);
}

const form = (fields) => fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

function random(length) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return [...crypto.getRandomValues(new Uint8Array(length))].map((each) => letters[each % letters.length]).join("");
}

async function challengeOf(verifier) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function prepare(main, told) {
  const flow = { state: random(24), verifier: random(43), redirect_uri: here() + told.callback };
  // Browsers hash for nobody on a page that others may have changed on its way.
  if (crypto.subtle) flow.challenge = await challengeOf(flow.verifier);
  const asking = main.querySelector("#asking");
  main.querySelector("#callback").textContent = flow.redirect_uri;
  const update = () => {
    choose(asking, flow, told);
    main.querySelector("#asked code").replaceChildren(...requestParts({ method: "GET", url: flow.url, headers: [] }));
  };
  asking.addEventListener("input", update);
  asking.addEventListener("submit", async (event) => {
    event.preventDefault();
    const journal = await call("GET", "journal?limit=1");
    if (!journal) return;
    keep({ ...flow, since: journal.newest, done: {} });
    location.assign(flow.url);
  });
  update();
  mark(main, "ask");
  main.dataset.ready = "";
}

// Takes over what the form says, and lets it offer what the client may ask for.
function choose(asking, flow, told) {
  const fields = asking.elements;
  const client = told.clients.find((each) => each.client_id === fields.client.value);
  const isPublic = client.client_secret === null;
  fields.proof.disabled = isPublic;
  fields.pkce.disabled = isPublic || !flow.challenge;
  if (fields.pkce.disabled) fields.pkce.checked = isPublic;
  for (const each of fields.scope) each.disabled = !client.scopes.includes(each.value);
  const scopes = [...fields.scope].filter((each) => each.checked && !each.disabled).map((each) => each.value);
  flow.client = client;
  flow.proof = isPublic ? "none" : fields.proof.value;
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
  flow.url = `${here()}${told.base}/${fields.endpoint.value}?${form(query)}`;
}

async function comeBack(main, told) {
  // What comes with a state that this tab never sent belongs to no flow of it.
  const flow = kept()?.state === new URLSearchParams(location.search).get("state") ? kept() : null;
  if (flow && flow.href !== location.href) {
    Object.assign(flow, { href: location.href, done: {}, hops: await hopsOf(flow, told) });
    keep(flow);
  }
  show(main, told, flow);
  main.querySelector("#steps").setAttribute("aria-busy", "false");
  main.dataset.ready = "";
}

function show(main, told, flow) {
  const back = backOf(told, flow);
  const bodies = { ask: flow ? trail(flow.hops.ask, "What was asked is not in the journal.") : [], ...seen(told, flow), back: back.body };
  const wanted = back.ok ? ORDER.find((each) => !finished(flow.done[each])) : undefined;
  for (const step of ORDER) {
    const done = (flow?.done[step] ?? []).map((each, index, all) => exchange(each, { open: step === lastOf(flow) && index === all.length - 1 }));
    bodies[step] = step === wanted ? [...done, ...next(main, told, flow, step)] : done;
  }
  for (const [step, body] of Object.entries(bodies)) {
    const item = main.querySelector(`[data-step=${step}]`);
    item.querySelector(".body").replaceChildren(...body);
    item.classList.toggle("coming", !body.length);
  }
  mark(main, back.ok ? wanted : "back", !back.ok || tried(flow, wanted));
  if (back.ok && !wanted) main.querySelector("[data-step=revoke] .body").append(over());
}

// A refusal ends a flow, except where it is what was to be shown.
const finished = (exchanges) => Boolean(exchanges?.length) && exchanges[0].answer.status < 300;
const tried = (flow, step) => Boolean(flow.done[step]?.length);
const lastOf = (flow) => ORDER.filter((each) => flow.done[each]).at(-1);

function mark(main, now, failed = false) {
  let passed = true;
  for (const each of main.querySelectorAll("[data-rail]")) {
    const isNow = each.dataset.rail === now;
    if (isNow) passed = false;
    each.className = isNow ? (failed ? "failed" : "now") : passed ? "passed" : "";
    const link = each.querySelector("a");
    link.removeAttribute("aria-current");
    if (isNow) link.setAttribute("aria-current", "step");
    link.setAttribute("aria-label", each.className === "passed" ? `${link.textContent}, done` : link.textContent);
  }
}

function trail(hops, otherwise) {
  return hops?.length ? hops.map((each) => exchange(each)) : [element("p", { class: "quiet-note" }, otherwise)];
}

function seen(told, flow) {
  if (!flow) return { signin: [], consent: [] };
  if (!told.journal) {
    const unseen = "The pages in between are not told: this server keeps no journal.";
    return { signin: trail([], unseen), consent: trail([], unseen) };
  }
  const sandboxed = flow.url.includes("/sandbox-authorize?");
  return {
    signin: trail(flow.hops.signin, sandboxed ? "Nobody: data are simulated, so nobody needs to." : "Nobody was asked: the customer was signed in, or consent is automatic in this world."),
    consent: trail(flow.hops.consent, "No page was shown: consent is automatic in this world."),
  };
}

// What came back, and whether a client may go on with it.
function backOf(told, flow) {
  const query = new URLSearchParams(location.search);
  const request = message("The request that came back", requestParts({ method: "GET", url: location.href, headers: [] }));
  if (!flow) {
    const why = kept()
      ? "state is not one that this tab sent: a client must stop here."
      : "No flow was begun in this tab, so nothing that comes here is what a client waits for.";
    return { ok: false, body: [request, element("p", { class: "error" }, why), element("p", {}, element("a", { href: `${root}/console/oauth/flow` }, "Begin one"))] };
  }
  const checks = [
    [true, "state is the one that was sent", ""],
    [query.get("iss") === told.issuer, "iss is the server that was asked", "iss is another server than the one that was asked"],
    [query.has("code"), "a code came", `no code came: ${query.get("error") ?? "the redirect is empty"}${query.get("error_description") ? `, ${query.get("error_description")}` : ""}`],
  ];
  const list = checks.map(([held, yes, no]) => element("li", {}, element("span", { class: `tag ${held ? "good" : "bad"}` }, held ? "holds" : "stop"), ` ${held ? yes : no}`));
  return { ok: checks.every(([held]) => held), body: [request, element("ul", { class: "tests" }, ...list)] };
}

function next(main, told, flow, step) {
  const request = REQUESTS[step](told, flow);
  if (!request) return [element("p", { class: "quiet-note" }, "No refresh token came with the access token."), skip(main, told, flow, step)];
  const again = tried(flow, step);
  if (again && step === "trade") return [element("p", { class: "error" }, "A code serves once, and for a few minutes: there is no second try. ", element("a", { href: `${root}/console/oauth/flow` }, "Start over"), ".")];
  const button = element("button", { type: "button", class: "primary" }, again ? `${LABELS[step]} once more` : LABELS[step]);
  button.addEventListener("click", async () => {
    button.disabled = true;
    flow.done[step] = [await ask(request)];
    if (step === "revoke") flow.done.revoke.push(await ask(REQUESTS.call(told, flow)));
    learn(flow, step);
    keep(flow);
    show(main, told, flow);
    const on = ORDER.find((each) => !finished(flow.done[each])) ?? "revoke";
    main.querySelector(`[data-step=${on}]`).focus();
    tell(spoken(flow.done[step].at(-1).answer));
  });
  const shown = again ? [] : [message(`The request: ${LABELS[step]}`, requestParts(request))]; // The last try shows it.
  return [...shown, element("div", { class: "actions" }, button)];
}

const spoken = ({ status, reason, failed }) => failed ?? `The answer is ${status} ${reason ?? ""}`.trim();

function skip(main, told, flow, step) {
  const button = element("button", { type: "button", class: "quiet" }, "Go on without");
  button.addEventListener("click", () => {
    flow.done[step] = [{ request: REQUESTS.call(told, flow), answer: { status: 204, headers: [], reason: "not sent" } }];
    keep(flow);
    show(main, told, flow);
  });
  return element("div", { class: "actions" }, button);
}

function learn(flow, step) {
  const [{ answer }] = flow.done[step];
  if (answer.status === 200 && (step === "trade" || step === "refresh")) flow.tokens = { ...flow.tokens, ...JSON.parse(answer.body) };
}

// A request to the token endpoint or to revoke, by which the client proves itself as chosen.
function proven(flow, url, fields) {
  const { client_id: id, client_secret: secret } = flow.client;
  const headers = [["Content-Type", FORM]];
  if (flow.proof === "basic") headers.unshift(["Authorization", `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`]);
  else fields = [...fields, ["client_id", id], ...(secret ? [["client_secret", secret]] : [])];
  return { method: "POST", url, headers, body: form(fields) };
}

const REQUESTS = {
  trade: (told, flow) =>
    proven(flow, `${here()}${told.base}/token`, [
      ["grant_type", "authorization_code"],
      ["code", new URLSearchParams(location.search).get("code")],
      ["redirect_uri", flow.redirect_uri],
      ...(flow.pkce ? [["code_verifier", flow.verifier]] : []),
    ]),
  call: (told, flow) => ({ method: "GET", url: here() + told.sites, headers: [["Authorization", `Bearer ${flow.tokens.access_token}`]] }),
  refresh: (told, flow) => flow.tokens.refresh_token && proven(flow, `${here()}${told.base}/token`, [["grant_type", "refresh_token"], ["refresh_token", flow.tokens.refresh_token]]),
  revoke: (told, flow) => proven(flow, `${here()}${told.base}/revoke`, [["token", flow.tokens.refresh_token ?? flow.tokens.access_token]]),
};

function over() {
  return element(
    "p",
    { class: "done" },
    "That is the whole flow. What the customer agreed to stands among the ",
    element("a", { href: `${root}/console/oauth` }, "consents"),
    ", every request in the ",
    element("a", { href: `${root}/console/journal?product=oauth` }, "journal"),
    ".",
  );
}

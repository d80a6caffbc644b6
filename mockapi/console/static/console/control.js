// Speaks to the control API of the page's world.
import { begin } from "./ticking.js";

const KEY = "mockapi.admin-token";
const FOCUSABLE = "a, button, input, select, summary, [tabindex]";
// The paths of the page's world and of the server, which differ in a named world.
export const { root, server } = document.documentElement.dataset;

export const token = () => sessionStorage.getItem(KEY);

export function keepToken(secret) {
  if (secret === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, secret);
}

function headers(more) {
  return token() ? { Authorization: `Bearer ${token()}`, ...more } : more;
}

// Asks the control API for what is no JSON, or sends it.
export function send(path, options = {}) {
  return fetch(`${root}/__admin/${path}`, { ...options, headers: headers(options.headers ?? {}) });
}

// Returns the answer's body; null for none, and undefined for a refusal, which the page is told of.
// What concerns all worlds is asked at the *base* `server`; *refused* tells of a refusal.
export async function call(method, path, body, base = root, refused = tell) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(`${base}/__admin/${path}`, { method, headers: headers(type), ...sent });
  } catch {
    tell("The server does not answer.");
    return undefined;
  }
  if (answer.status === 204) return null;
  const told = await answer.json();
  if (answer.ok) return told;
  refused(told.detail ?? told.title, answer.status);
  return undefined;
}

let fading;
export function tell(text) {
  const told = document.getElementById("told");
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => {
    told.classList.remove("shown");
    told.textContent = "";
  }, 6000);
}

// Says whether the page's world is gone, and where the others are.
export function gone(isGone) {
  document.getElementById("gone").hidden = !(isGone && root !== server);
}

// Tells of an answer that is a refusal, in its own words where it is a problem; it may be of another world.
export async function refused(answer) {
  const problem = answer.headers.get("content-type")?.includes("problem+json");
  tell(problem ? (await answer.json()).detail : `The answer is ${answer.status}.`);
}

// Asks for a page, with the token; null if it is still locked, or not to be had, which is told.
async function fetched(url) {
  let answer;
  try {
    answer = await fetch(url, { headers: headers({}) });
  } catch {
    tell("The server does not answer.");
    return null;
  }
  if (answer.status === 401) return null;
  if (!answer.ok) {
    await refused(answer);
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  begin(page);
  return page;
}

// Puts parts of a page as it is now, by their selectors, in the place of those that are shown; returns the page.
export async function renew(url, ...parts) {
  const page = await fetched(url);
  for (const part of page ? parts : []) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (!old || !fresh || old.isEqualNode(fresh)) continue;
    const opened = [...old.querySelectorAll("details")].map((each) => each.open);
    fresh.querySelectorAll("details").forEach((each, index) => { each.open ||= opened[index] ?? false; });
    const place = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (place >= 0) fresh.querySelectorAll(FOCUSABLE)[place]?.focus({ preventScroll: true });
  }
  return page;
}

// Asks for the page anew and shows it in place; false if it is still locked.
export async function reload(url = location.href) {
  const page = await fetched(url);
  if (!page) return false;
  for (const each of page.head.querySelectorAll("script[src], link[rel=stylesheet]")) {
    const name = each.src ? "src" : "href";
    if (document.head.querySelector(`[${name}="${each.getAttribute(name)}"]`)) continue;
    const added = document.createElement(each.localName);
    for (const attribute of each.attributes) added.setAttribute(attribute.name, attribute.value);
    const ready = new Promise((done) => added.addEventListener("load", done));
    document.head.append(added);
    await ready;
  }
  const focused = document.activeElement?.id;
  document.title = page.title;
  for (const part of ["#content", "#status"]) {
    document.querySelector(part).replaceWith(page.querySelector(part));
  }
  window.htmx?.process(document.getElementById("content"));
  // Who works by the keyboard goes on where they were, or at the beginning of the content.
  (document.getElementById(focused) ?? document.getElementById("content")).focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("console:shown"));
  return true;
}

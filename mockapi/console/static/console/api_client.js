// Client of the control API, and loading of console pages.
import { stampClocks } from "./clock_display.js";

const KEY = "mockapi.admin-token";
const FOCUSABLE = "a, button, input, select, summary, [tabindex]";
// The base paths of the page's world and of the server; they differ in a named world.
export const { root, server } = document.documentElement.dataset;

export const token = () => sessionStorage.getItem(KEY);

export function storeToken(secret) {
  if (secret === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, secret);
}

function headers(more) {
  return token() ? { Authorization: `Bearer ${token()}`, ...more } : more;
}

// Send a request whose body or response is not JSON. Return the response.
export function send(path, options = {}) {
  return fetch(`${root}/__admin/${path}`, { ...options, headers: headers(options.headers ?? {}) });
}

// Return the JSON body of the response: null if it has none, undefined after an error, which *onError* shows: its detail and its invalid parameters.
// Use the *base* `server` for calls that concern all worlds.
export async function call(method, path, body, base = root, onError = notifyProblem, more = {}) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? more : { "Content-Type": "application/json", ...more };
  let response;
  try {
    response = await fetch(`${base}/__admin/${path}`, { method, headers: headers(type), ...content });
  } catch {
    notifyProblem("The server does not respond.");
    return undefined;
  }
  if (response.status === 204) return null;
  const result = await response.json();
  if (response.ok) return result;
  onError(result.detail ?? result.title, result["invalid-params"] ?? []);
  return undefined;
}

const SHOWN_FOR = 6000; // milliseconds
const SHOWN_WITH_ACTION_FOR = 15000;
let hiding;

// Show a message. *action* adds a button: its label and what it runs.
export function notify(text, { action, isProblem = false } = {}) {
  const notification = document.getElementById("notification");
  const button = action ? [document.createElement("button")] : [];
  for (const each of button) {
    Object.assign(each, { type: "button", textContent: action.label });
    each.addEventListener("click", () => {
      hide();
      action.run();
    });
  }
  notification.replaceChildren(text, ...button);
  notification.classList.add("shown");
  notification.classList.toggle("problem", isProblem);
  const hide = () => {
    notification.classList.remove("shown");
    notification.replaceChildren();
  };
  // A message that is pointed at or has the focus stays.
  const hideUnlessUsed = () => (notification.matches(":hover, :focus-within") ? wait() : hide());
  const wait = () => {
    clearTimeout(hiding);
    hiding = setTimeout(hideUnlessUsed, action ? SHOWN_WITH_ACTION_FOR : SHOWN_FOR);
  };
  wait();
}

export const notifyProblem = (text) => notify(text, { isProblem: true });

// Return a handler of errors that names the fields of *form* by their labels.
export const notifyFieldProblem = (form) => (detail, invalid) => {
  const texts = invalid.map(({ name, reason }) => `${(form.elements[name] ?? form.elements[`settings.${name}`])?.labels?.[0].textContent ?? name}: ${reason}`);
  notifyProblem(texts.join("; ") || detail);
};

// Show or hide the note that the page's world was deleted.
export function showWorldDeleted(isDeleted) {
  document.getElementById("world-deleted").hidden = !(isDeleted && root !== server);
}

// Show the detail of an error response, or its status if the body is not a problem document.
export async function notifyError(response) {
  const problem = response.headers.get("content-type")?.includes("problem+json");
  notifyProblem(problem ? (await response.json()).detail : `The server responded with status ${response.status}.`);
}

// Return a page, requested with the token. Return null if it is locked or not available; the latter is shown.
async function fetchPage(url) {
  let response;
  try {
    response = await fetch(url, { headers: headers({}) });
  } catch {
    notifyProblem("The server does not respond.");
    return null;
  }
  if (response.status === 401) return null;
  if (!response.ok) {
    await notifyError(response);
    return null;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  stampClocks(page);
  return page;
}

// Replace the elements that match *selectors* by their current versions. Keep focus and open details. Return the page.
export async function refreshParts(url, ...selectors) {
  const page = await fetchPage(url);
  for (const selector of page ? selectors : []) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (!old || !fresh || old.isEqualNode(fresh)) continue;
    const opened = [...old.querySelectorAll("details")].map((each) => each.open);
    fresh.querySelectorAll("details").forEach((each, index) => { each.open ||= opened[index] ?? false; });
    const focused = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (focused >= 0) fresh.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
  }
  return page;
}

// Reload the page without leaving it. Return false if it is still locked.
export async function reload(url = location.href) {
  const page = await fetchPage(url);
  if (!page) return false;
  for (const each of page.head.querySelectorAll("script[src], link[rel=stylesheet]")) {
    const name = each.src ? "src" : "href";
    if (document.head.querySelector(`[${name}="${each.getAttribute(name)}"]`)) continue;
    const added = document.createElement(each.localName);
    for (const attribute of each.attributes) added.setAttribute(attribute.name, attribute.value);
    const loaded = new Promise((done) => added.addEventListener("load", done));
    document.head.append(added);
    await loaded;
  }
  const focused = document.activeElement?.id;
  document.title = page.title;
  for (const part of ["#content", "#status"]) {
    document.querySelector(part).replaceWith(page.querySelector(part));
  }
  window.htmx?.process(document.getElementById("content"));
  // Keyboard users continue at the same element, or at the start of the content.
  (document.getElementById(focused) ?? document.getElementById("content")).focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("console:shown"));
  return true;
}

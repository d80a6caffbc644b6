// Script of every console page: token, copy buttons, tabs, menus, clock and confirmation.
import "./confirm.js";
import { call, notify, notifyError, notifyProblem, refreshParts, reload, storeToken, token } from "./api_client.js";
import { isSubscribed, subscribe } from "./live_updates.js";

document.addEventListener("htmx:config:request", (event) => {
  if (token()) event.detail.ctx.request.headers.Authorization = `Bearer ${token()}`;
});
// After an error response, the page keeps its content and shows the error.
document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx;
  if (response.status < 400) return;
  event.preventDefault();
  notifyError(response.raw);
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error instanceof TypeError) notifyProblem("The server does not respond.");
});

document.addEventListener("click", async (event) => {
  const copyButton = event.target.closest("[data-copy]");
  if (copyButton) {
    await navigator.clipboard.writeText(copyButton.dataset.copy || copyButton.parentElement.querySelector("code").textContent);
    notify("Copied.");
  }
  const createButton = event.target.closest("[data-create-token]");
  if (createButton) await createToken(createButton);
});

async function createToken(button) {
  const customer = button.dataset.createToken;
  const created = await call("POST", "tokens", customer ? { customer } : undefined);
  if (!created) return;
  for (const code of button.closest("section").querySelectorAll("code")) {
    code.textContent = code.textContent.replace(/(?<=Bearer )[^"]+/, () => created.access_token);
  }
  notify(`The examples contain a new token. It expires in ${Math.round(created.expires_in / 60)} minutes.`);
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) select(tab);
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[role=tab]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!tab || !step) return;
  const tabs = [...tab.parentElement.querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  select(next);
  next.focus();
});

function select(tab) {
  for (const each of tab.parentElement.querySelectorAll("[role=tab]")) {
    const selected = each === tab;
    each.setAttribute("aria-selected", String(selected));
    each.tabIndex = selected ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !selected;
  }
  tab.dispatchEvent(new CustomEvent("console:tab-selected", { bubbles: true }));
}

// A click elsewhere or Escape closes the menu of worlds.
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".world-menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".world-menu[open]");
  if (!menu || event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-unlock]")) return;
  event.preventDefault();
  const error = document.getElementById("token-error");
  const { value } = event.target.elements.token;
  error.hidden = true;
  if (LATIN_1.test(value)) storeToken(value);
  if (!LATIN_1.test(value) || !(await reload())) error.hidden = false;
});

const main = document.getElementById("content");

// Characters that a header can carry; a token with others is never valid.
const LATIN_1 = /^[\t\x20-\x7e\xa0-\xff]*$/;

export async function start() {
  const main = document.getElementById("content");
  if (main.dataset.module) await (await import(main.dataset.module)).start(main);
  if (!isSubscribed()) subscribe({ bookmark: main.dataset.bookmark, onReset: showReset });
  main.dataset.started = "";
}

async function showReset() {
  const shown = document.getElementById("content");
  const page = await refreshParts(location.href, "#status");
  // If the reset was done on this page, it already shows the new state and a message.
  if (shown === document.getElementById("content")) notify("The world was reset, or the server was restarted. Reload the page to see the current state.");
  document.dispatchEvent(new CustomEvent("console:reset", { detail: page }));
}
document.addEventListener("console:shown", start);
// A navigation does not send the token, so a page that depends on it is requested again.
if (!(main.hasAttribute("data-locked") && token() && (await reload()))) start();

// Runs on every page of the console: the token, calls, copying, tabs, the clock, questions.
import "./confirm.js";
import { call, keepToken, refused, reload, renew, tell, token } from "./control.js";
import { follow, follows } from "./tail.js";

document.addEventListener("htmx:config:request", (event) => {
  if (token()) event.detail.ctx.request.headers.Authorization = `Bearer ${token()}`;
});
// What is shown stays where a search is refused, and the refusal is told.
document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx;
  if (response.status < 400) return;
  event.preventDefault();
  refused(response.raw);
});
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error instanceof TypeError) tell("The server does not answer.");
});

document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    await navigator.clipboard.writeText(copier.parentElement.querySelector("code").textContent);
    tell("Copied.");
  }
  const mint = event.target.closest("[data-mint]");
  if (mint) await mintToken(mint);
});

async function mintToken(button) {
  const customer = button.dataset.mint;
  const minted = await call("POST", "tokens", customer ? { customer } : undefined);
  if (!minted) return;
  for (const code of button.closest("section").querySelectorAll("code")) {
    code.textContent = code.textContent.replace(/(?<=Bearer )[^"]+/, () => minted.access_token);
  }
  tell(`A token that lives ${Math.round(minted.expires_in / 60)} minutes is in the lines.`);
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
    const chosen = each === tab;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !chosen;
  }
  tab.dispatchEvent(new CustomEvent("console:chosen", { bubbles: true }));
}

// The choice of worlds closes as a menu does.
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".switch[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".switch[open]");
  if (!menu || event.key !== "Escape") return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-unlock]")) return;
  event.preventDefault();
  const refusal = document.getElementById("refused");
  const { value } = event.target.elements.token;
  refusal.hidden = true;
  if (LATIN_1.test(value)) keepToken(value);
  if (!LATIN_1.test(value) || !(await reload())) refusal.hidden = false;
});

const main = document.getElementById("content");
if (main.hasAttribute("data-locked") && token()) reload();

// What a header may carry; no other token was ever right.
const LATIN_1 = /^[\t\x20-\x7e\xa0-\xff]*$/;

export async function start() {
  const main = document.getElementById("content");
  if (main.dataset.module) await (await import(main.dataset.module)).start(main);
  if (!follows()) follow({ read: main.dataset.read, anew: begunAnew });
  main.dataset.started = "";
}

async function begunAnew() {
  const shown = document.getElementById("content");
  await renew(location.href, "#status");
  // Whoever put it back on this very page sees it anew already, and was told.
  if (shown === document.getElementById("content")) tell("The world began anew: the server was started again, or put it back. Reload the page to see it as it is.");
}
document.addEventListener("console:shown", start);
start();

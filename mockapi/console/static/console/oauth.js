// OAuth page: creation and revocation of tokens, revocation of consents.
import { call, notify, notifyFieldProblem, notifyProblem, reload } from "./api_client.js";
import { element } from "./dom.js";
import { runUndoable } from "./undo.js";

export function start(main) {
  const form = main.querySelector("#token-form");
  if (form) prepare(form, JSON.parse(main.dataset.clients));
  main.addEventListener("click", async (event) => {
    const { revoke, name } = event.target.dataset;
    if (revoke) await runUndoable(() => call("DELETE", revoke), () => `${name} is revoked.`);
  });
  main.dataset.ready = "";
}

function prepare(form, clients) {
  const fields = form.elements;
  const update = () => {
    const kind = fields.kind.value;
    for (const each of form.querySelectorAll("[data-kind]")) each.hidden = each.dataset.kind !== kind;
    const allowed = kind === "access" ? clients[fields.client_id.value] : null;
    for (const each of fields.scope) each.disabled = allowed !== null && !allowed.includes(each.value);
  };
  form.addEventListener("change", update);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [path, body] = requestOf(fields);
    if (!body.scope) return notifyProblem("Choose at least one scope.");
    const created = await call("POST", path, body, undefined, notifyFieldProblem(form));
    if (created && (await reload())) showToken(created.access_token ?? created.token, created.refresh_token);
  });
  update();
}

function requestOf(fields) {
  const scope = [...fields.scope].filter((each) => each.checked && !each.disabled).map((each) => each.value).join(" ");
  const body = { customer: fields.customer.value, scope };
  if (fields.kind.value === "access") {
    body.client_id = fields.client_id.value;
    if (fields.expires_in.value !== "") body.expires_in = Number(fields.expires_in.value);
    return ["tokens", body];
  }
  if (fields.name.value) body.name = fields.name.value;
  if (fields.expires_at.value) body.expires_at = `${fields.expires_at.value}T00:00:00Z`;
  return ["pats", body];
}

function showToken(secret, refresh) {
  const line = (name, value) => element("p", {}, `${name} `, element("code", { class: "secret" }, value));
  const copy = element("button", { type: "button", class: "quiet" }, "Copy the token");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret);
    notify("Copied.");
  });
  const note = element("div", { class: "done new-token", tabindex: "-1" }, element("h3", {}, "Token created. It is shown only once."), line("Token", secret), ...(refresh ? [line("Refresh token", refresh)] : []), copy);
  document.getElementById("new-token").replaceChildren(note);
  note.focus();
}

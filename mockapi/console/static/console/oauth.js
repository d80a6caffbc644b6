// Mints tokens, and revokes them and what they stand on.
import { call, reload, tell } from "./control.js";
import { element } from "./elements.js";

export function start(main) {
  const form = main.querySelector("#mint");
  if (form) prepare(form, JSON.parse(main.dataset.clients));
  main.addEventListener("click", async (event) => {
    const { revoke, what } = event.target.dataset;
    if (revoke && (await call("DELETE", revoke)) !== undefined && (await reload())) tell(`Revoked: ${what}.`);
  });
  main.dataset.ready = "";
}

function prepare(form, clients) {
  const fields = form.elements;
  const update = () => {
    const kind = fields.kind.value;
    for (const each of form.querySelectorAll("[data-of]")) each.hidden = each.dataset.of !== kind;
    const allowed = kind === "access" ? clients[fields.client_id.value] : null;
    for (const each of fields.scope) each.disabled = allowed !== null && !allowed.includes(each.value);
  };
  form.addEventListener("change", update);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [path, wish] = wished(fields);
    const minted = await call("POST", path, wish);
    if (minted && (await reload())) show(minted.access_token ?? minted.token, minted.refresh_token);
  });
  update();
}

function wished(fields) {
  const scope = [...fields.scope].filter((each) => each.checked && !each.disabled).map((each) => each.value).join(" ");
  const wish = { customer: fields.customer.value, scope };
  if (fields.kind.value === "access") {
    wish.client_id = fields.client_id.value;
    if (fields.expires_in.value !== "") wish.expires_in = Number(fields.expires_in.value);
    return ["tokens", wish];
  }
  if (fields.name.value) wish.name = fields.name.value;
  if (fields.expires_at.value) wish.expires_at = `${fields.expires_at.value}T00:00:00Z`;
  return ["pats", wish];
}

function show(secret, refresh) {
  const line = (name, value) => element("p", {}, `${name} `, element("code", { class: "secret" }, value));
  const copy = element("button", { type: "button", class: "quiet" }, "Copy the token");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret);
    tell("Copied.");
  });
  const minted = element("div", { class: "done minted", tabindex: "-1" }, element("h3", {}, "Minted. It is shown this once."), line("Token", secret), ...(refresh ? [line("Refresh token", refresh)] : []), copy);
  document.getElementById("minted").replaceChildren(minted);
  minted.focus();
}

// Token that the API docs send, kept in this tab for each world and API.
import { root } from "./api_client.js";

const key = (api) => `mockapi.docs-token.${api}${root}`;

export const loadToken = (api) => sessionStorage.getItem(key(api));

export function storeToken(api, token) {
  if (token) sessionStorage.setItem(key(api), token);
  else sessionStorage.removeItem(key(api));
}

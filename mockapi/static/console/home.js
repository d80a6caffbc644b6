// The last requests, as they come.
import { renew } from "./control.js";
import { follow, oneByOne } from "./tail.js";

const APIS = /\/(ecostruxure|openesx)\//;
let leave;

export function start(main) {
  const show = oneByOne(() => renew(location.href, "#latest", "#status"));
  leave?.();
  leave = follow("", (entry) => APIS.test(entry.path) && show(), Number(main.dataset.newest), "#latest", "#status");
  main.dataset.ready = "";
}

// The last requests, as they come, and what they came to.
import { reload, renew } from "./control.js";
import { follow, oneByOne } from "./tail.js";

const APIS = /\/(ecostruxure|openesx)\//;

export function start(main) {
  const show = oneByOne(() => renew(location.href, "#latest", "#status", ".story"));
  follow({
    query: "",
    read: main.dataset.read,
    request: (entry) => APIS.test(entry.path) && show(),
    clock: show,
    anew: () => reload(),
  });
  main.dataset.ready = "";
}

// The last requests, as they come.
import { renew } from "./control.js";
import { follow } from "./tail.js";

const APIS = /\/(ecostruxure|openesx)\//;
let leave;

export function start(main) {
  let [asking, again] = [false, false];
  leave?.();
  leave = follow("", async (entry) => {
    if (!APIS.test(entry.path)) return;
    again = true;
    if (asking) return; // A busy client is shown as often as the page can be.
    asking = true;
    while (again) {
      again = false;
      await renew(location.href, "#latest", "#status");
    }
    asking = false;
  });
  main.dataset.ready = "";
}

// Makes, resets and deletes worlds, and keeps snapshots of this one.
import { ask } from "./confirm.js";
import { call, reload, root, send, server, tell } from "./control.js";
import { element } from "./elements.js";

const SQLITE = "application/vnd.sqlite3";

export function start(main) {
  main.addEventListener("click", async (event) => {
    const { restore, download, discard } = event.target.dataset;
    if ("reset" in event.target.dataset) await done(call("POST", "reset"), "The world is in its initial state again.");
    else if (event.target.dataset.delete) await remove(event.target.dataset.delete);
    else if (restore) await done(call("POST", `snapshots/${encodeURIComponent(restore)}/restore`), `${restore} is restored, its clock included.`);
    else if (download) await fetchFile(download);
    else if (discard) await done(call("DELETE", `snapshots/${encodeURIComponent(discard)}`), `${discard} is forgotten.`);
  });
  main.querySelector("#save").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    if (!(await mayReplace(main, name))) return;
    done(call("POST", "snapshots", { name }), `${name} is kept.`);
  });
  main.querySelector("#upload").addEventListener("submit", (event) => upload(event, main));
  main.querySelector("#start").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, scenario, seed } = event.target.elements;
    await begin({ scenario: scenario.value, ...(name.value && { name: name.value }), ...(seed.value && { seed: Number(seed.value) }) });
  });
  main.dataset.ready = "";
}

// A snapshot takes the place of the one that has its name.
async function mayReplace(main, name) {
  const kept = main.querySelector(`[data-snapshot="${CSS.escape(name)}"]`);
  return !kept || ask(`Replace ${name}?`, "The snapshot that has this name is gone for good.", "replace it");
}

// Starts a world, and goes there.
export async function begin(wish) {
  const made = await call("POST", "worlds", wish, server);
  if (made) location.assign(`${server}${made.path}/`);
}

async function done(asked, text) {
  if ((await asked) !== undefined && (await reload())) tell(text);
}

async function remove(name) {
  const gone = await call("DELETE", `worlds/${encodeURIComponent(name)}`, undefined, server);
  if (gone === undefined) return;
  if (root === `${server}/w/${name}`) location.assign(`${server}/console/worlds`);
  else if (await reload()) tell(`${name} is deleted.`);
}

async function fetchFile(name) {
  const answer = await send(`snapshots/${encodeURIComponent(name)}/file`);
  if (!answer.ok) return tell((await answer.json()).detail);
  return save(await answer.blob(), `${name}.sqlite`);
}

export function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function upload(event, main) {
  event.preventDefault();
  const [file] = event.target.elements.file.files;
  const name = file.name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64) || "uploaded";
  if (!(await mayReplace(main, name))) return;
  const answer = await send(`snapshots/${encodeURIComponent(name)}/file`, { method: "PUT", headers: { "Content-Type": SQLITE }, body: file });
  const told = await answer.json();
  if (!answer.ok) tell(told.detail ?? told.title);
  else if (await reload()) tell(`${told.name} is kept.`);
}

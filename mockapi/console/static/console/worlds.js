// Worlds page: creation, reset and deletion of worlds, and snapshots of the current one.
import { ask } from "./confirm.js";
import { call, notify, notifyProblem, reload, root, send, server } from "./api_client.js";
import { element } from "./dom.js";
import { runUndoable, SNAPSHOT } from "./undo.js";

const SQLITE = "application/vnd.sqlite3";

export function start(main) {
  main.addEventListener("click", async (event) => {
    const { restore, download, deleteSnapshot } = event.target.dataset;
    if ("reset" in event.target.dataset) await runUndoable(() => call("POST", "reset"), () => "The world is reset to the initial state of its scenario.");
    else if ("reload" in event.target.dataset) await done(call("POST", "reset", { reload: true }), "The scenario file is loaded again.");
    else if (event.target.dataset.deleteWorld) await deleteWorld(event.target.dataset.deleteWorld);
    else if (restore) await restoreSnapshot(restore);
    else if (download) await downloadSnapshot(download);
    else if (deleteSnapshot) await done(call("DELETE", `snapshots/${encodeURIComponent(deleteSnapshot)}`), `Snapshot ${deleteSnapshot} is deleted.`);
  });
  main.querySelector("#save").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value;
    if (!(await confirmReplace(main, name))) return;
    done(call("POST", "snapshots", { name }), `Snapshot ${name} is saved.`);
  });
  main.querySelector("#upload").addEventListener("submit", (event) => upload(event, main));
  main.querySelector("#start").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, scenario, seed } = event.target.elements;
    await createWorld({ scenario: scenario.value, ...(name.value && { name: name.value }), ...(seed.value && { seed: Number(seed.value) }) });
  });
  main.dataset.ready = "";
}

// Return false if a snapshot with that name exists and the user does not confirm its replacement.
async function confirmReplace(main, name) {
  const existing = main.querySelector(`[data-snapshot="${CSS.escape(name)}"]`);
  return !existing || ask(`Replace ${name}?`, "The existing snapshot with this name is deleted permanently.", "replace it");
}

// Create a world and open it. A name is in the path, which a balancer routes by.
export async function createWorld({ name, ...body }) {
  const created = name
    ? await call("PUT", `worlds/${encodeURIComponent(name)}`, body, server, undefined, { "If-None-Match": "*" })
    : await call("POST", "worlds", body, server);
  if (created) location.assign(`${server}${created.path}/`);
}

async function done(response, message) {
  if ((await response) !== undefined && (await reload())) notify(message);
}

async function restoreSnapshot(name) {
  const restore = () => call("POST", `snapshots/${encodeURIComponent(name)}/restore`);
  const message = ({ at }) => `Snapshot ${name} is restored. The clock is at ${at.slice(0, 19).replace("T", " ")} UTC.`;
  // Saving the state before this change would replace the snapshot that is restored.
  if (name === SNAPSHOT) await done(restore(), `Snapshot ${name} is restored.`);
  else await runUndoable(restore, message);
}

async function deleteWorld(name) {
  const deleted = await call("DELETE", `worlds/${encodeURIComponent(name)}`, undefined, server);
  if (deleted === undefined) return;
  if (root === `${server}/w/${name}`) location.assign(`${server}/console/worlds`);
  else if (await reload()) notify(`World ${name} is deleted.`);
}

async function downloadSnapshot(name) {
  const response = await send(`snapshots/${encodeURIComponent(name)}/file`);
  if (!response.ok) return notifyProblem((await response.json()).detail);
  return saveBlob(await response.blob(), `${name}.sqlite`);
}

export function saveBlob(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function upload(event, main) {
  event.preventDefault();
  const [file] = event.target.elements.file.files;
  const name = file.name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 64) || "uploaded";
  if (!(await confirmReplace(main, name))) return;
  const response = await send(`snapshots/${encodeURIComponent(name)}/file`, { method: "PUT", headers: { "Content-Type": SQLITE }, body: file });
  const result = await response.json();
  if (!response.ok) notifyProblem(result.detail ?? result.title);
  else if (await reload()) notify(`Snapshot ${result.name} is saved.`);
}

// Undo of changes of the world: a snapshot is saved before the change, and restored on request.
import { call, notify, reload, root } from "./api_client.js";

// The Worlds page lists this snapshot like all others.
export const SNAPSHOT = "before-last-change";

// Run *change*, which returns undefined if it fails. Show *message* of its result, with a button that undoes it
// and then calls *onUndone*. Without room for a snapshot, the change cannot be undone. Return the result.
export async function runUndoable(change, message, onUndone = () => {}) {
  const saved = await call("POST", "snapshots", { name: SNAPSHOT }, root, () => {});
  const result = await change();
  if (result === undefined) return undefined;
  await reload();
  notify(message(result), saved && { action: { label: "Undo", run: () => undo(onUndone) } });
  return result;
}

async function undo(onUndone) {
  const restored = await call("POST", `snapshots/${SNAPSHOT}/restore`);
  if (!restored || !(await reload())) return;
  notify(`Undone. The world is as it was at ${restored.at.slice(0, 19).replace("T", " ")} UTC.`);
  onUndone();
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { MockApiError } from "./errors.js";
import type { RunningServer } from "./server.js";

const START_MS = 60_000;
const STOP_MS = 10_000;

/** Address in the output of a server, as text or JSON. */
const ADDRESS = /(?:^ *address +|"address": ")(http[^"\s]+)/m;

/**
 * Starts a server with a command, on a free port of 127.0.0.1. It stops when its standard input
 * ends, and so with this process, even if that is killed.
 */
export async function processOf(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const [program = "", ...words] = command;
  const own = { MOCKAPI_HOST: "127.0.0.1", MOCKAPI_PORT: "0", MOCKAPI_STOP_AT_EOF: "true" };
  const child = spawn(program, words, {
    env: { ...process.env, ...env, ...own },
    stdio: "pipe",
  });
  const stop = () => end(child);
  try {
    const url = await addressOf(child, command.join(" "));
    letProcessExit(child);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Returns the address that the server prints. */
async function addressOf(child: ChildProcess, command: string): Promise<string> {
  const output: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new MockApiError(reason));
    };
    const timer = setTimeout(
      () => fail(`${command}: the server did not start in ${START_MS / 1000} seconds.`),
      START_MS,
    );
    const read = (chunk: Buffer) => {
      output.push(chunk.toString());
      const address = ADDRESS.exec(output.join(""))?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
      // Later output is read and dropped, so that the server never blocks.
      for (const each of [child.stdout, child.stderr]) each?.removeListener("data", read).resume();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error: NodeJS.ErrnoException) =>
      fail(
        error.code === "ENOENT"
          ? `The command ${command} was not found. Install it with pip install mockapi-ecostruxure, or use url, command or image.`
          : `${command}: ${error.message}`,
      ),
    );
    child.once("close", (code) => {
      const last = output.join("").trim().split("\n").at(-1) || "no output";
      fail(`${command} exited with ${code}: ${last}`);
    });
  });
}

/** Does not keep this process alive for the server. */
function letProcessExit(child: ChildProcess): void {
  child.unref();
  for (const each of child.stdio) (each as (Duplex & { unref?(): void }) | null)?.unref?.();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, "exit");
  child.stdin?.destroy();
  child.kill("SIGTERM");
  const wait = new AbortController();
  const timeout = pause(STOP_MS, "timeout", { signal: wait.signal }).catch(() => "ended");
  if ((await Promise.race([exited, timeout])) === "timeout") {
    child.kill("SIGKILL");
    await exited;
  }
  wait.abort();
}

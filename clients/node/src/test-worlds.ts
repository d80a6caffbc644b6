import { createHash } from "node:crypto";
import path from "node:path";

import { MockApiError } from "./errors.js";
import { type MockApiServer, startMockApi, type WorldSettings } from "./server.js";
import type { World } from "./world.js";

const PRECONDITION_FAILED = 412;
const NOT_FOUND = 404;
const REPORTED_REQUESTS = 20;

/** Creates worlds of tests on one server, which starts with the first world. */
export class TestWorlds {
  #server: Promise<MockApiServer> | undefined;

  /** Returns the worlds of the test with that name in that file. */
  async begin(file: string, test: string): Promise<WorldsOfTest> {
    this.#server ??= startMockApi();
    const worlds = new WorldsOfTest(await this.#server, worldName(file, test));
    await worlds.make({});
    return worlds;
  }

  /** Stops the server, if it was started for these worlds. */
  async stop(): Promise<void> {
    await (await this.#server)?.stop();
    this.#server = undefined;
  }
}

/** The worlds of one test. */
export class WorldsOfTest {
  readonly #worlds: World[] = [];

  constructor(
    private readonly server: MockApiServer,
    private readonly name: string,
  ) {}

  /** The world that the test starts with. */
  get main(): World {
    return this.#worlds[0] as World;
  }

  /** Creates another world, which is deleted after the test. */
  async make(settings: WorldSettings = {}): Promise<World> {
    const count = this.#worlds.length;
    const world = await this.#create(settings, count === 0 ? this.name : `${this.name}-${count}`);
    this.#worlds.push(world);
    return world;
  }

  /** Deletes the worlds. If the test has failed, `print` gets their last requests before. */
  async end(hasFailed: boolean, print: (report: string) => void): Promise<void> {
    if (hasFailed) print((await Promise.all(this.#worlds.map(reportOf))).join("\n"));
    for (const ended of await Promise.allSettled(this.#worlds.map((world) => world.delete()))) {
      // A failed test has its own error, and a test may delete its worlds.
      if (ended.status === "rejected" && !hasFailed && !isMissing(ended.reason)) throw ended.reason;
    }
  }

  /** Creates a world called `name`, numbered if another run uses the name. */
  async #create(settings: WorldSettings, name: string): Promise<World> {
    for (let number = 1; ; number++) {
      try {
        return await this.server.world({
          name: number === 1 ? name : `${name}.${number}`,
          ...settings,
        });
      } catch (error) {
        const isUsed = error instanceof MockApiError && error.status === PRECONDITION_FAILED;
        if (!isUsed || settings.name) throw error;
      }
    }
  }
}

/** Returns the last requests to a world, one per line. */
async function reportOf(world: World): Promise<string> {
  const lines = [`mockapi: last requests to ${world.url}`];
  try {
    for (const entry of await world.journal({ limit: REPORTED_REQUESTS })) {
      const { number, method, path, status, error, faults } = entry;
      const fault = faults.map(({ kind }) => ` (fault: ${kind})`).join("");
      const response = [status ?? "no response", error].filter(Boolean).join(" ");
      lines.push(`  ${number}. ${method} ${path} -> ${response}${fault}`);
    }
  } catch (error) {
    // For example because the test deleted the world.
    lines.push(`  not available: ${(error as Error).message}`);
  }
  return lines.join("\n");
}

function isMissing(error: unknown): boolean {
  return error instanceof MockApiError && error.status === NOT_FOUND;
}

/** Returns a name that is the same in every run, because generated tokens depend on it. */
function worldName(file: string, test: string): string {
  const relative = path.relative(process.cwd(), file).split(path.sep).join("/");
  const hash = createHash("sha256").update(`${relative} ${test}`).digest("hex").slice(0, 8);
  const readable = test.replace(/[^A-Za-z0-9]+/g, "-").slice(-60).replace(/^-|-$/g, "");
  return readable ? `${readable}-${hash}` : hash;
}

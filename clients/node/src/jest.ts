/** Set-up file for Jest: one world per test, returned by `mockapi()`. */

import { afterAll, afterEach, beforeEach, expect } from "@jest/globals";

import { hasFailed } from "./jest-failure.js";
import type { WorldSettings } from "./server.js";
import { TestWorlds, type WorldsOfTest } from "./test-worlds.js";
import type { World } from "./world.js";

const worlds = new TestWorlds();
let running: WorldsOfTest | undefined;

beforeEach(async () => {
  const { testPath, currentTestName } = expect.getState();
  running = await worlds.begin(testPath ?? "", currentTestName ?? "");
});

afterEach(async () => {
  const ofTest = running;
  running = undefined;
  // Jest would add source code of this package to the output of `console`.
  await ofTest?.end(hasFailed(globalThis), (report) => process.stderr.write(`${report}\n`));
});

afterAll(() => worlds.stop());

/** Returns the world of the current test. */
export function mockapi(): World {
  return ofTest().main;
}

/** Creates another world, which is deleted after the test. */
export async function makeMockApi(settings?: WorldSettings): Promise<World> {
  return ofTest().make(settings);
}

function ofTest(): WorldsOfTest {
  if (running === undefined)
    throw new Error(
      "mockapi() works in tests and in beforeEach. Add mockapi-ecostruxure/jest to setupFilesAfterEnv.",
    );
  return running;
}

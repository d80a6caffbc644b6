/** Set-up file for Vitest: one world per test, as `mockapi` in the context of the test. */

import { afterAll, afterEach, beforeEach, type TestContext } from "vitest";

import type { WorldSettings } from "./server.js";
import { TestWorlds, type WorldsOfTest } from "./test-worlds.js";
import type { World } from "./world.js";

declare module "vitest" {
  interface TestContext {
    /** World of this test. */
    mockapi: World;
    /** Creates another world, which is deleted after the test. */
    makeMockApi(settings?: WorldSettings): Promise<World>;
  }
}

const worlds = new TestWorlds();
const running = new WeakMap<TestContext["task"], WorldsOfTest>();

beforeEach(async (context) => {
  const { task } = context;
  const ofTest = await worlds.begin(task.file.filepath, fullName(task));
  running.set(task, ofTest);
  context.mockapi = ofTest.main;
  context.makeMockApi = (settings) => ofTest.make(settings);
});

afterEach(async ({ task }) => {
  const ofTest = running.get(task);
  if (ofTest === undefined) return;
  running.delete(task);
  await ofTest.end(task.result?.state === "fail", console.error);
});

afterAll(() => worlds.stop());

function fullName(task: TestContext["task"]): string {
  const names = [task.name];
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return names.join(" ");
}

import { exec } from "node:child_process";

import { describe, expect, test } from "vitest";

import { startMockApi } from "../src/index.js";

const names: string[] = [];

describe("one world per test", () => {
  for (const attempt of [1, 2])
    test.concurrent(`number ${attempt} has no requests of other tests`, async ({ mockapi, expect }) => {
      names.push(mockapi.name);
      await fetch(`${mockapi.partnerUrl}/sites`);
      await mockapi.verify({ operation: "listSites", status: 401, times: 1 });
      expect(mockapi.name).toMatch(new RegExp(`number-${attempt}-has-no-requests.*-[0-9a-f]{8}$`));
    });

  test("each with a name of its own", () => expect(new Set(names).size).toBe(2));
});

test("a world that the test deletes is no error", async ({ mockapi }) => {
  await mockapi.delete();
  await expect(mockapi.view()).rejects.toMatchObject({ status: 404 });
});

/** Runs failing tests on the shared server, and returns their output and the worlds that are left. */
async function fail(command: string) {
  const worlds = async () => (await (await startMockApi()).defaultWorld.control.GET("/worlds")).data ?? [];
  const before = new Set((await worlds()).map(({ name }) => name));
  const env = { ...process.env, NO_COLOR: "1" };
  const [code, stderr] = await new Promise<[number | undefined, string]>((resolve) => {
    exec(command, { env }, (error, _, text) => resolve([error?.code, text]));
  });
  expect(code).toBe(1);
  const left = (await worlds()).map(({ name }) => name).filter((name) => !before.has(name));
  return { stderr, left };
}

const JEST = "node --experimental-vm-modules node_modules/jest/bin/jest.js --config test/failing/jest/jest.config.js";

describe.each([
  ["Vitest", "npx vitest run --root test/failing", /❯ failing\.test\.ts:6:\d+\n/],
  ["Jest", JEST, /at .*failing\.test\.js:7:\d+/],
])("in %s", (_, command, place) => {
  test("a failed test lists its requests and leaves no world", async () => {
    const { stderr, left } = await fail(command);
    expect(stderr).toMatch(/mockapi: last requests to http:\S+\/w\/verifies-[0-9a-f]{8}/);
    expect(stderr).toContain("1. GET /ecostruxure/scoring/v1/sites -> 503");
    expect(stderr).toContain("(fault: status)");
    expect(stderr).toMatch(place);
    expect(stderr).toMatch(/last requests to http:\S+\/w\/deletes-its-world-[0-9a-f]{8}\n.*not available: /);
    expect(stderr.match(/last requests to/g)).toHaveLength(3);
    expect(stderr).toContain("the failure");
    expect(left.filter((name) => /^(verifies|deletes|passes)-/.test(name))).toEqual([]);
  });
});

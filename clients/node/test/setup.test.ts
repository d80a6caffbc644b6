import { spawnSync } from "node:child_process";

import { describe, expect, test } from "vitest";

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

test("a failed test lists its requests", () => {
  const { status, stderr } = spawnSync("npx", ["vitest", "run", "--root", "test/failing"], {
    encoding: "utf-8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/mockapi: last requests to http:\S+\/w\/verifies-[0-9a-f]{8}/);
  expect(stderr).toContain("1. GET /ecostruxure/scoring/v1/sites -> 503");
  expect(stderr).toContain("(fault: status)");
  expect(stderr).toMatch(/❯ failing\.test\.ts:6:\d+\n/);
});

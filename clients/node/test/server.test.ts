import { spawnSync } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { MockApiError, startMockApi, World } from "../src/index.js";

/** URL of the server that src/global-setup.ts started. */
const SHARED = process.env.MOCKAPI_URL as string;

describe("startMockApi", () => {
  test("uses the server of the run", async ({ mockapi }) => {
    await using server = await startMockApi();
    expect(server.url).toBe(SHARED);
    expect(mockapi.url).toBe(`${SHARED}/w/${mockapi.name}`);
  });

  test("uses a given URL and does not stop that server", async () => {
    const server = await startMockApi({ url: `${SHARED}/` });
    await server.stop();
    await (await startMockApi({ url: SHARED })).defaultWorld.clock.now();
  });

  test("starts a server of its own, with settings, and stops it", async () => {
    const env = { MOCKAPI_SEED: "7", MOCKAPI_ADMIN_TOKEN: "mockAdmin" };
    const server = await startMockApi({ command: ["mockapi", "serve"], env });
    expect(server.url).not.toBe(SHARED);
    expect((await server.defaultWorld.view()).seed).toBe(7);
    await expect(new World(server.url).view()).rejects.toMatchObject({ status: 401 });
    const world = await server.world({ name: "guarded" });
    await world.delete();
    await server.stop();
    await expect(server.defaultWorld.view()).rejects.toThrow(`No response from ${server.url}`);
    await server.stop();
  });

  const engine = spawnSync("docker", ["image", "inspect", "mockapi"]);
  test.skipIf(engine.status !== 0)("starts a container of an image", async () => {
    await using server = await startMockApi({ image: "mockapi", env: { MOCKAPI_SEED: "7" } });
    expect((await server.defaultWorld.view()).seed).toBe(7);
  });

  test("reports what is wrong and what to do", async () => {
    await expect(startMockApi({ url: "localhost" })).rejects.toThrow("Example: http://127.0.0.1:8080");
    await expect(startMockApi({ url: "http://127.0.0.1:1" })).rejects.toThrow("No response from");
    await expect(startMockApi({ url: SHARED, image: "mockapi" })).rejects.toThrow("only one of");
    await expect(startMockApi({ command: ["no-such-mockapi"] })).rejects.toThrow("pip install");
    await expect(
      startMockApi({ command: ["mockapi", "serve"], env: { MOCKAPI_SCENARIO: "unknown" } }),
    ).rejects.toThrow(/exited with \d+: .*unknown/);
  });
});

describe("world", () => {
  test("takes a scenario by name, seed, clock, faults and presets", async ({ makeMockApi }) => {
    const world = await makeMockApi({
      scenario: "vendor-samples",
      seed: 3,
      clock: "2026-03-01T00:00:00Z",
      faults: [{ kind: "status", status: 503, operation: "listSites" }],
      presets: ["slow-backend"],
    });
    expect(await world.view()).toMatchObject({ scenario: "vendor-samples", seed: 3 });
    expect(await world.clock.now()).toEqual(new Date("2026-03-01T00:00:00Z"));
    const { data } = await world.control.GET("/faults");
    expect(data?.length).toBeGreaterThan(1);
    expect(data?.[0]?.fault).toMatchObject({ kind: "status", status: 503 });
  });

  test("takes a scenario as an object and as a file", async ({ makeMockApi }) => {
    const scenario = { seed: 4, sites: [{ building: "office", city: "Lyon" }] };
    const folder = await mkdtemp(path.join(tmpdir(), "mockapi-"));
    const file = path.join(folder, "my own.json");
    await writeFile(file, JSON.stringify(scenario));
    const [fromObject, fromFile] = [await makeMockApi({ scenario }), await makeMockApi({ scenario: file })];
    expect(await fromObject.sites()).toHaveLength(1);
    expect((await fromFile.view()).scenario).toBe("my-own");
    await expect(makeMockApi({ scenario: "missing.yaml" })).rejects.toThrow("ENOENT");
  });

  test("with an invalid fault is not created", async ({ makeMockApi, mockapi }) => {
    const faults = [{ kind: "status", status: 900 } as const];
    await expect(makeMockApi({ name: "invalid-fault", faults })).rejects.toThrow(MockApiError);
    const server = await startMockApi({ url: SHARED });
    const { data } = await server.defaultWorld.control.GET("/worlds");
    const names = data?.map((each) => each.name);
    expect(names).toContain(mockapi.name);
    expect(names).not.toContain("invalid-fault");
  });

  test("is deleted with its block; the default world is not", async () => {
    const server = await startMockApi({ url: SHARED });
    let name: string;
    {
      await using world = await server.world({ scenario: "empty" });
      name = world.name;
      expect(await world.sites()).toEqual([]);
    }
    await expect(new World(`${SHARED}/w/${name}`).view()).rejects.toMatchObject({ status: 404 });
    expect(server.defaultWorld.name).toBe("default");
    await expect(server.defaultWorld.delete()).rejects.toThrow("reset()");
  });
});

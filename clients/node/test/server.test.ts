import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { MockApiError, type StartOptions, startMockApi, World } from "../src/index.js";

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

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)("ends its server after %s", async (signal) => {
    const code = `
      const { startMockApi } = await import("mockapi-ecostruxure");
      console.log((await startMockApi()).url);
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", code], {
      env: { ...process.env, MOCKAPI_URL: "", MOCKAPI_LOG_FORMAT: "json" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [url] = await once(owner.stdout, "data");
    const { hostname, port } = new URL(String(url));
    // Open until the server ends.
    const connection = connect(Number(port), hostname).resume();
    await once(connection, "connect");
    const ends = [once(connection, "close"), once(owner, "close")];
    owner.kill(signal);
    expect((await Promise.all(ends))[1]).toEqual([null, signal]);
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

  test.each([
    [{ command: "mockapi serve" }, 'command must be a list of words such as ["mockapi", "serve"].'],
    [{ command: [] }, "command must be a list of words"],
    [{ command: ["mockapi", 7] }, "command must be a list of words"],
    [{ url: new URL("http://127.0.0.1:1") }, "url must be a URL such as"],
    [{ url: "" }, "url must be a URL such as"],
    [{ image: null }, "image must be the name of an image"],
    [{ env: { MOCKAPI_SEED: 7 } }, "env must be an object of strings"],
    [{ adminToken: 7 }, "adminToken must be a string"],
    [{ uri: SHARED }, "uri is not an option. Use url, command, image, env, adminToken."],
    ["http://127.0.0.1:8080", "startMockApi takes options such as { url:"],
    [null, "startMockApi takes options such as"],
  ])("rejects the options %j", async (options, message) => {
    await expect(startMockApi(options as StartOptions)).rejects.toThrow(message);
  });

  test.each(["?a=b", "#part", "/?", "a b"])("rejects a URL that ends in %s", async (end) => {
    const url = `http://127.0.0.1:1${end}`;
    const start = startMockApi({ url });
    await expect(start).rejects.toThrow(end === "/?" ? "No response from" : `url: '${url}' is not the URL of a server`);
  });

  test.each(["", "<!DOCTYPE html>", "[]", "null", '{"status": "ready"}'])(
    "rejects a server that responds with '%s'",
    async (body) => {
      const other = createServer((_, response) => response.writeHead(body ? 200 : 204).end(body));
      await once(other.listen(0, "127.0.0.1"), "listening");
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      await expect(startMockApi({ url })).rejects.toThrow(`${url} is not mockapi: `);
      other.close();
    },
  );
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

  test.each(["", "..", "a b", "a/b"])("cannot be called '%s'", async (name) => {
    const server = await startMockApi({ url: SHARED });
    await expect(server.world({ name })).rejects.toThrow("name: must be");
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

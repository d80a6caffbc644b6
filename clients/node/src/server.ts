import { readFile } from "node:fs/promises";
import path from "node:path";

import { containerOf } from "./container.js";
import { MockApiError } from "./errors.js";
import { type FaultObject, faultBody } from "./faults.js";
import { processOf } from "./process.js";
import type { ScenarioKeys, Schemas } from "./schemas.js";
import { checkedUrl, checkOptions, type StartOptions } from "./start-options.js";
import { dataOf } from "./transport.js";
import { World } from "./world.js";

/** Settings of a new world. Defaults: the settings of the server. */
export interface WorldSettings extends Omit<Schemas["CreateWorldRequest"], "scenario"> {
  /** Name of a scenario, path of a file that ends in .yaml, .yml or .json, or a scenario itself. */
  scenario?: string | ScenarioKeys | null;
  /** Faults that are active from the start. */
  faults?: readonly FaultObject[];
  /** Presets of faults that are active from the start, for example `flaky-network`. */
  presets?: readonly string[];
}

/** URL of a server and the function that stops it. */
export interface RunningServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts a server, or uses a running one, and returns it when it is ready. */
export async function startMockApi(options: StartOptions = {}): Promise<MockApiServer> {
  checkOptions(options);
  const adminToken =
    options.adminToken ?? options.env?.MOCKAPI_ADMIN_TOKEN ?? process.env.MOCKAPI_ADMIN_TOKEN;
  const env = { ...options.env, ...(adminToken ? { MOCKAPI_ADMIN_TOKEN: adminToken } : {}) };
  const running = await locate(options, env);
  const server = new MockApiServer(running, adminToken || undefined);
  try {
    await checkHealth(server.defaultWorld);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return server;
}

async function locate(
  { url, command, image }: StartOptions,
  env: Record<string, string>,
): Promise<RunningServer> {
  const stop = async () => {};
  if (url) return { url: checkedUrl(url, "url"), stop };
  if (image) return containerOf(image, env);
  if (command) return processOf(command, env);
  const { MOCKAPI_URL, MOCKAPI_IMAGE } = process.env;
  if (MOCKAPI_URL) return { url: checkedUrl(MOCKAPI_URL, "MOCKAPI_URL"), stop };
  if (MOCKAPI_IMAGE) return containerOf(MOCKAPI_IMAGE, env);
  return processOf(["mockapi", "serve"], env);
}

async function checkHealth({ control, url }: World): Promise<void> {
  // As text, because another server may respond with anything.
  const { data } = await control.GET("/health", { parseAs: "text" });
  if (!isHealth(data))
    throw new MockApiError(
      `${url} is not mockapi: the response to GET /__admin/health is not its JSON. Check the URL.`,
    );
}

function isHealth(text: string | undefined): boolean {
  try {
    const health = JSON.parse(text ?? "") as Partial<Schemas["Health"]> | null;
    return health?.status === "ready" && typeof health.version === "string";
  } catch {
    return false;
  }
}

/** A mockapi server. It has a default world and any number of named worlds. */
export class MockApiServer implements AsyncDisposable {
  readonly url: string;
  /** The world that exists from the start. */
  readonly defaultWorld: World;

  constructor(
    private readonly running: RunningServer,
    private readonly adminToken?: string,
  ) {
    this.url = running.url;
    this.defaultWorld = new World(running.url, adminToken);
  }

  /** Creates a world, which no other test sees. It exists until `delete()`, or for an idle hour. */
  async world(settings: WorldSettings = {}): Promise<World> {
    const { faults = [], presets = [], ...rest } = settings;
    const body = await withScenarioFile(rest);
    const { name } = rest;
    const { control } = this.defaultWorld;
    // A balancer routes by the name in the path. Invalid names are in the body, for the server's error.
    const created = await dataOf(
      typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)
        ? control.PUT("/worlds/{name}", {
            params: { path: { name }, header: { "If-None-Match": "*" } },
            body,
          })
        : control.POST("/worlds", { body }),
    );
    const world = new World(this.url + created.path, this.adminToken);
    try {
      for (const each of faults) await addFault(world, each);
      for (const each of presets) await world.preset(each);
    } catch (error) {
      // The first error is the cause of a second one.
      await world.delete().catch(() => {});
      throw error;
    }
    return world;
  }

  /** Stops the server, if `startMockApi` started it. */
  async stop(): Promise<void> {
    await this.running.stop();
  }

  /** Stops the server, if `startMockApi` started it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function addFault(world: World, fault: FaultObject): Promise<void> {
  await world.control.POST("/faults", { body: faultBody(fault) });
}

type CreateWorldBody = Omit<WorldSettings, "faults" | "presets">;

async function withScenarioFile({ scenario, ...settings }: CreateWorldBody) {
  if (typeof scenario !== "string" || !/\.(ya?ml|json)$/.test(scenario))
    return { ...settings, scenario: scenario as string };
  const file = path.resolve(scenario);
  try {
    const text = await readFile(file, "utf-8");
    return { ...settings, scenario_text: text, scenario_name: scenarioName(file) };
  } catch (error) {
    throw new MockApiError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function scenarioName(file: string): string | undefined {
  const name = path.parse(file).name.replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 100);
  return name.replace(/^[._-]+|[._-]+$/g, "") || undefined;
}

import { readFile } from "node:fs/promises";
import path from "node:path";

import { containerOf } from "./container.js";
import { MockApiError } from "./errors.js";
import { processOf } from "./process.js";
import { type FaultObject, faultBody } from "./faults.js";
import type { ScenarioKeys, Schemas } from "./schemas.js";
import { dataOf } from "./transport.js";
import { World } from "./world.js";

/** Where the server is. At most one of `url`, `command` and `image`. */
export interface StartOptions {
  /** URL of a running server, which is not stopped. Default: `MOCKAPI_URL`. */
  url?: string;
  /** Command that starts a server on this machine. Default: `mockapi serve`. */
  command?: readonly string[];
  /** Image of a container (needs the package testcontainers). Default: `MOCKAPI_IMAGE`. */
  image?: string;
  /** Settings of a server that is started, such as `MOCKAPI_SEED`, in addition to `process.env`. */
  env?: Readonly<Record<string, string>>;
  /** Token that the control API requires. Default: `MOCKAPI_ADMIN_TOKEN`. */
  adminToken?: string;
}

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
  const given = (["url", "command", "image"] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) throw new TypeError(`Use only one of ${given.join(" and ")}.`);
  const adminToken =
    options.adminToken ?? options.env?.MOCKAPI_ADMIN_TOKEN ?? process.env.MOCKAPI_ADMIN_TOKEN;
  const env = { ...options.env, ...(adminToken ? { MOCKAPI_ADMIN_TOKEN: adminToken } : {}) };
  const running = await locate(options, given.length === 0, env);
  const server = new MockApiServer(running, adminToken || undefined);
  try {
    await server.defaultWorld.control.GET("/health");
  } catch (error) {
    await running.stop();
    throw error;
  }
  return server;
}

async function locate(
  options: StartOptions,
  usesEnvironment: boolean,
  env: Record<string, string>,
): Promise<RunningServer> {
  const url = options.url ?? (usesEnvironment ? process.env.MOCKAPI_URL : undefined);
  if (url) return { url: checkedUrl(url), stop: async () => {} };
  const image = options.image ?? (usesEnvironment ? process.env.MOCKAPI_IMAGE : undefined);
  if (image) return containerOf(image, env);
  return processOf(options.command ?? ["mockapi", "serve"], env);
}

function checkedUrl(url: string): string {
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp)
    throw new MockApiError(`url: '${url}' is not a valid URL. Example: http://127.0.0.1:8080`);
  return url.replace(/\/+$/, "");
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
    const { faults = [], presets = [], name, ...rest } = settings;
    const body = await withScenarioFile(rest);
    const { control } = this.defaultWorld;
    // A balancer routes by the name in the path.
    const created = await dataOf(
      name
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
      await world.delete();
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

type CreateWorldBody = Omit<WorldSettings, "faults" | "presets" | "name">;

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

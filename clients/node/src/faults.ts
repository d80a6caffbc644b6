import type { ScenarioKeys, Schemas } from "./schemas.js";
import { type Control, dataOf } from "./transport.js";

/** Body that creates a fault. */
type FaultRequest = Schemas["Fault"];

/** Kind of a fault, such as `status` or `latency`. */
export type FaultKind = FaultRequest["kind"];

/**
 * Settings of a fault of kind `K`. Those of `match` (`operation`, `site`, ...) and of `when`
 * (`times`, `sequence`, ...) can be at the top level, too, where they have priority.
 */
export type FaultSettings<K extends FaultKind> = Omit<Extract<FaultRequest, { kind: K }>, "kind"> &
  Partial<Schemas["Match"]> &
  Partial<Schemas["When"]>;

/** A fault as one object: its `kind` and its settings. */
export type FaultObject = { [K in FaultKind]: { kind: K } & FaultSettings<K> }[FaultKind];

// Objects, so that the compiler reports a setting that is missing here.
const MATCH: Record<keyof Schemas["Match"], true> = {
  operation: true,
  api: true,
  path: true,
  method: true,
  client: true,
  customer: true,
  site: true,
  query: true,
  header: true,
};
const WHEN: Record<keyof Schemas["When"], true> = {
  times: true,
  after: true,
  every: true,
  sequence: true,
  repeat: true,
  probability: true,
  seed: true,
  since: true,
  until: true,
  per: true,
};

/** Returns the body that creates a fault, with flat settings moved into `match` and `when`. */
export function faultBody({ kind, ...settings }: { kind: string } & ScenarioKeys): FaultRequest {
  const body: ScenarioKeys = { kind };
  const flat: Record<"match" | "when", ScenarioKeys> = { match: {}, when: {} };
  for (const [name, value] of Object.entries(settings)) {
    const part = name in MATCH ? flat.match : name in WHEN ? flat.when : body;
    part[name] = value;
  }
  // A group without flat settings is sent as it is, so that the server reports an invalid one.
  for (const group of ["match", "when"] as const)
    if (Object.keys(flat[group]).length > 0)
      body[group] = { ...(body[group] as ScenarioKeys | undefined), ...flat[group] };
  return body as FaultRequest;
}

/** Active fault of a world. */
export class Fault implements AsyncDisposable {
  /** Id of the fault in the control API. */
  readonly id: string;
  #last: Schemas["FaultView"];
  #isActive = true;

  constructor(
    private readonly control: Control,
    added: Schemas["FaultView"],
  ) {
    this.id = added.id;
    this.#last = added;
  }

  /** Returns the number of requests that the fault was applied to. Final after its removal. */
  async hits(): Promise<number> {
    return (await this.#view()).hits;
  }

  /** Returns the number of matching requests, whether it was applied or not. */
  async matched(): Promise<number> {
    return (await this.#view()).matched;
  }

  /** Removes the fault. Does nothing if it is already removed. */
  async remove(): Promise<void> {
    if (!this.#isActive) return;
    this.#last = await dataOf(this.control.DELETE("/faults/{fault_id}", this.#params));
    this.#isActive = false;
  }

  /** Removes the fault. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  get #params() {
    return { params: { path: { fault_id: this.id } } };
  }

  async #view(): Promise<Schemas["FaultView"]> {
    if (this.#isActive)
      this.#last = await dataOf(this.control.GET("/faults/{fault_id}", this.#params));
    return this.#last;
  }
}

import { Fault, faultBody, type FaultKind, type FaultSettings } from "./faults.js";
import type { Query, Schemas } from "./schemas.js";
import { type Control, controlOf, dataOf } from "./transport.js";

/** Largest limit of one call for entries of the journal. */
const PAGE = 10_000;

/** One world of a mockapi server: its URLs, credentials and calls of the control API. */
export class World implements AsyncDisposable {
  /** Client of the control API for calls that have no method here. */
  readonly control: Control;
  readonly clock: Clock;

  /** `url` is the server's URL for the default world, and ends in `/w/NAME` for a named one. */
  constructor(
    readonly url: string,
    private readonly adminToken?: string,
  ) {
    this.control = controlOf(url, adminToken);
    this.clock = new Clock(this.control);
  }

  /** Base URL of the Partner API. */
  get partnerUrl(): string {
    return `${this.url}/ecostruxure/scoring/v1`;
  }

  /** Base URL of the User API. */
  get userUrl(): string {
    return `${this.url}/ecostruxure/user/scoring/v1`;
  }

  /** Name of the world; `default` for the default world. */
  get name(): string {
    return /\/w\/([^/]+)$/.exec(this.url)?.[1] ?? "default";
  }

  /** Returns a new access token. Defaults: the first customer and client, all scopes, one hour. */
  async token(settings: Schemas["CreateTokenRequest"] = {}): Promise<string> {
    return (await dataOf(this.control.POST("/tokens", { body: settings }))).access_token;
  }

  /** Returns a new personal access token. Default: of the first customer, for 90 days. */
  async pat(settings: Schemas["CreatePersonalTokenRequest"] = {}): Promise<string> {
    return (await dataOf(this.control.POST("/pats", { body: settings }))).token;
  }

  /** Returns the scenario, seed, time, customers with their sites, and clients. */
  async view(): Promise<Schemas["WorldView"]> {
    return dataOf(this.control.GET("/world"));
  }

  /** Resets the world to its initial state. */
  async reset(): Promise<void> {
    await this.control.POST("/reset");
  }

  /**
   * Adds a fault and returns it. It is active until `remove()`, a reset or the end of the world;
   * with `await using` until the end of the block.
   */
  async fault<K extends FaultKind>(
    kind: K,
    // Optional if all settings of the kind are.
    ...[settings]: {} extends FaultSettings<K> ? [FaultSettings<K>?] : [FaultSettings<K>]
  ): Promise<Fault> {
    const body = faultBody({ ...settings, kind });
    return new Fault(this.control, await dataOf(this.control.POST("/faults", { body })));
  }

  /** Adds the faults of a preset, for example `flaky-network`, and returns them. */
  async preset(name: string): Promise<Fault[]> {
    const params = { path: { name } };
    const added = await dataOf(this.control.POST("/faults/presets/{name}", { params }));
    return added.map((each) => new Fault(this.control, each));
  }

  /** Removes all faults, also those of the scenario. */
  async clearFaults(): Promise<void> {
    await this.control.DELETE("/faults");
  }

  /**
   * Returns the summaries of all requests in the journal that match all filters, oldest first.
   * With `limit` (at most 10,000) only the newest ones, or with `since` too the next ones.
   */
  async journal(filters: Query<"getJournal"> = {}): Promise<Schemas["EntrySummary"][]> {
    if (filters.limit !== undefined) return (await this.#journalPage(filters)).entries;
    const found: Schemas["EntrySummary"][] = [];
    let newest = Number.POSITIVE_INFINITY;
    for (let since = filters.since ?? 0; ; ) {
      const page = await this.#journalPage({ ...filters, since, limit: PAGE });
      found.push(...page.entries);
      // Requests that arrive meanwhile are not waited for.
      newest = Math.min(newest, page.newest);
      const last = page.entries[PAGE - 1]?.number;
      if (last === undefined || last >= newest) return found;
      since = last;
    }
  }

  async #journalPage(query: Query<"getJournal">): Promise<Schemas["JournalView"]> {
    return dataOf(this.control.GET("/journal", { params: { query } }));
  }

  /** Deletes all entries of the journal. */
  async clearJournal(): Promise<void> {
    await this.control.DELETE("/journal");
  }

  /**
   * Returns the numbers of the requests that match. Default: at least one is expected.
   *
   * Throws `VerificationError` with the nearest requests if the expectation fails.
   */
  async verify(expected: Schemas["RequestExpectation"]): Promise<number[]> {
    return (await dataOf(this.control.POST("/journal/verify", { body: expected }))).matched;
  }

  /** Returns warnings about requests that the real APIs would reject or ignore. */
  async lint(filters: Query<"lintJournal"> = {}): Promise<Schemas["LintWarningView"][]> {
    const params = { query: filters };
    return (await dataOf(this.control.GET("/journal/lint", { params }))).warnings;
  }

  /** Saves the state as the snapshot `name`. Replaces a snapshot of that name. */
  async snapshot(name: string): Promise<void> {
    await this.control.POST("/snapshots", { body: { name } });
  }

  /** Restores a snapshot, including the clock. */
  async restore(name: string): Promise<void> {
    await this.control.POST("/snapshots/{name}/restore", { params: { path: { name } } });
  }

  /** Returns the summary of every site. */
  async sites(): Promise<Schemas["SiteSummary"][]> {
    return dataOf(this.control.GET("/sites"));
  }

  /** Adds a site with the keys of a scenario's site and returns its published body. */
  async addSite(site: Schemas["NewSite"]): Promise<Schemas["SiteBody"]> {
    return dataOf(this.control.POST("/sites", { body: site }));
  }

  /** Changes values of the site with that id and returns its published body. */
  async updateSite(id: string, changes: Schemas["SiteUpdate"]): Promise<Schemas["SiteBody"]> {
    const params = { path: { site_id: id } };
    return dataOf(this.control.PATCH("/sites/{site_id}", { params, body: changes }));
  }

  /** Removes the site with that id. */
  async removeSite(id: string): Promise<void> {
    await this.control.DELETE("/sites/{site_id}", { params: { path: { site_id: id } } });
  }

  /** Adds a meter with the keys of a scenario's meter, and returns its body with its keys. */
  async addMeter(
    site: string,
    usage: string,
    meter: Omit<Schemas["NewMeter"], "site" | "usage"> = {},
  ): Promise<Schemas["MeterBody"]> {
    return dataOf(this.control.POST("/meters", { body: { site, usage, ...meter } }));
  }

  /**
   * Creates or corrects readings of a key, as values by RFC 3339 date, and returns their
   * `updatedAt`. Either all readings are stored or none.
   */
  async push(key: string, readings: Readonly<Record<string, number>>): Promise<string> {
    const listed = Object.entries(readings).map(([date, value]) => ({ date, value }));
    return (await dataOf(this.control.PUT("/readings", { body: { key, readings: listed } })))
      .updated_at;
  }

  /** Deletes this named world. */
  async delete(): Promise<void> {
    const [server, name] = this.url.split("/w/") as [string, string?];
    if (name === undefined) throw new Error("The default world cannot be deleted. Use reset().");
    const params = { path: { name } };
    await controlOf(server, this.adminToken).DELETE("/worlds/{name}", { params });
  }

  /** Deletes this named world. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete();
  }
}

/** Clock of a world. It moves forward only; each method that moves it returns the new time. */
export class Clock {
  constructor(private readonly control: Control) {}

  /** Returns the current time of the world. */
  async now(): Promise<Date> {
    return new Date((await dataOf(this.control.GET("/clock"))).now);
  }

  /** Advances the clock by an ISO 8601 duration, for example `P1DT2H`. */
  async advance(by: string): Promise<Date> {
    return this.move({ advance: by });
  }

  /** Freezes the clock at an instant. Default: now. */
  async freeze(at?: Date | string): Promise<Date> {
    if (at === undefined) return this.run(0);
    return this.move({ freeze: at instanceof Date ? at.toISOString() : at });
  }

  /** Runs the clock at `rate` world seconds per real second, for example 1, 60 or 86400. */
  async run(rate: number): Promise<Date> {
    return this.move({ rate });
  }

  /** Follows the system clock of the server. */
  async followSystem(): Promise<Date> {
    return this.move({ follow: "system" });
  }

  private async move(change: Schemas["SetClockRequest"]): Promise<Date> {
    return new Date((await dataOf(this.control.PUT("/clock", { body: change }))).now);
  }
}

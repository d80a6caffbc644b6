import type { World } from "../src/index.js";

/** A partner's client as a test of this package needs one: it repeats a request after a 503. */
export class PartnerClient {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(world: World): Promise<PartnerClient> {
    return new PartnerClient(world.partnerUrl, await world.token());
  }

  async get(path: string): Promise<Response> {
    return fetch(this.url + path, { headers: { Authorization: `Bearer ${this.token}` } });
  }

  async sites(): Promise<{ id: string }[]> {
    let response = await this.get("/sites");
    if (response.status === 503) response = await this.get("/sites");
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as { id: string }[];
  }
}

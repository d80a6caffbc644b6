/** A client of the Partner API that repeats a request after a 503. */
export class PartnerClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async sites(): Promise<{ id: string; name: string }[]> {
    return this.get("/sites");
  }

  /** Returns the number of readings of a site that arrived between two instants. */
  async arrived(site: string, since: Date, until: Date): Promise<number> {
    const window = new URLSearchParams({
      "updatedAt[gte]": since.toISOString(),
      "updatedAt[lt]": until.toISOString(),
    });
    const series = await this.get<{ values: unknown[] }[]>(`/sites/${site}/timeseries?${window}`);
    return series.reduce((total, each) => total + each.values.length, 0);
  }

  private async get<T>(path: string, attempts = 3): Promise<T> {
    const headers = { Authorization: `Bearer ${this.token}` };
    const response = await fetch(this.url + path, { headers });
    if (response.status === 503 && attempts > 1) return this.get(path, attempts - 1);
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response.json();
  }
}

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, test } from "vitest";

import { MockApiError, VerificationError, World } from "../src/index.js";
import { PartnerClient } from "./partner-client.js";

test("credentials give access to both APIs", async ({ mockapi }) => {
  const client = await PartnerClient.of(mockapi);
  expect(await client.sites()).toHaveLength(8);
  const { customers } = await mockapi.view();
  const [site] = customers[0]!.sites;
  const headers = { Authorization: `Bearer ${await mockapi.pat({ name: "node" })}` };
  const response = await fetch(`${mockapi.userUrl}/sites/${site}/scoring-requests`, { headers });
  expect(response.status).toBe(200);
});

test("a token of another customer and its lifetime can be chosen", async ({ mockapi }) => {
  const expired = await mockapi.token({ expires_in: 0 });
  const response = await fetch(`${mockapi.partnerUrl}/sites`, {
    headers: { Authorization: `Bearer ${expired}` },
  });
  expect(response.status).toBe(401);
  await expect(mockapi.token({ customer: "unknown@example.com" })).rejects.toThrow(MockApiError);
});

describe("faults", () => {
  test("are applied, counted and verified", async ({ mockapi }) => {
    const fault = await mockapi.fault("status", { status: 503, times: 1, operation: "listSites" });
    const client = await PartnerClient.of(mockapi);
    expect(await client.sites()).toHaveLength(8);
    expect([await fault.hits(), await fault.matched()]).toEqual([1, 2]);
    await mockapi.verify({ operation: "listSites", times: 2 });
    expect(await mockapi.verify({ status: 503, fault: "status" })).toEqual([1]);
  });

  test("end with their block and keep their counts", async ({ mockapi }) => {
    const client = await PartnerClient.of(mockapi);
    const added = await mockapi.fault("latency", { seconds: 0.001 });
    {
      await using fault = added;
      expect((await client.get("/sites")).status).toBe(200);
      expect(await fault.hits()).toBe(1);
    }
    await client.get("/sites");
    await added.remove();
    expect(await added.hits()).toBe(1);
  });

  test("merge settings at the top level with those in groups", async ({ mockapi }) => {
    const match = { customer: "nobody@example.com" };
    await mockapi.fault("status", { status: 503, operation: "listSites", match, times: 2, when: { after: 1 } });
    const { data } = await mockapi.control.GET("/faults");
    expect(data?.[0]?.fault).toMatchObject({ match: { operation: "listSites", ...match }, when: { times: 2, after: 1 } });
    // @ts-expect-error: `match` is an object.
    await expect(mockapi.fault("status", { status: 503, match: "listSites" })).rejects.toThrow("match");
  });

  test("have typed settings, also in groups", async ({ mockapi }) => {
    const client = await PartnerClient.of(mockapi);
    await mockapi.fault("missing_field", { field: "name", when: { times: 1 }, api: "partner" });
    // @ts-expect-error: latency needs `seconds`.
    await expect(mockapi.fault("latency")).rejects.toThrow("seconds");
    // @ts-expect-error: the setting is called `status`.
    await expect(mockapi.fault("status", { staus: 503 })).rejects.toThrow("staus");
    const [site] = await client.sites();
    expect(site).not.toHaveProperty("name");
    await mockapi.clearFaults();
  });

  test("of a preset are added together", async ({ mockapi }) => {
    const faults = await mockapi.preset("gateway-maintenance");
    const client = await PartnerClient.of(mockapi);
    expect((await client.get("/sites")).ok).toBe(false);
    for (const each of faults) await each.remove();
    expect((await client.get("/sites")).ok).toBe(true);
  });
});

test("the clock is frozen, advanced and runs", async ({ mockapi }) => {
  expect(await mockapi.clock.now()).toEqual(new Date("2026-06-01T09:00:00Z"));
  expect(await mockapi.clock.advance("P1D")).toEqual(new Date("2026-06-02T09:00:00Z"));
  const target = new Date("2026-07-01T00:00:00Z");
  expect(await mockapi.clock.freeze(target)).toEqual(target);
  await mockapi.clock.run(3600);
  await mockapi.clock.freeze();
  await expect(mockapi.clock.freeze("2026-06-01T00:00:00Z")).rejects.toMatchObject({
    name: "MockApiError",
    status: 409,
  });
});

test("a failed verification lists the nearest requests", async ({ mockapi }) => {
  const client = await PartnerClient.of(mockapi);
  await client.get("/sites");
  const failure = await mockapi.verify({ operation: "listSites", status: 503 }).catch((e) => e);
  expect(failure).toBeInstanceOf(VerificationError);
  expect(failure.message).toContain("GET /ecostruxure/scoring/v1/sites");
  expect(failure.nearest).toMatchObject([{ number: 1 }]);
});

test("journal and lint list requests", async ({ mockapi }) => {
  const client = await PartnerClient.of(mockapi);
  await client.get("/sites?colour=red");
  expect(await mockapi.journal({ operation: "listSites" })).toMatchObject([{ status: 200 }]);
  const [warning] = await mockapi.lint();
  expect(warning).toMatchObject({ code: "unknown-parameter", requests: [1] });
  await mockapi.clearJournal();
  expect(await mockapi.journal()).toEqual([]);
});

test("the journal has all requests", async ({ mockapi }) => {
  const count = 120;
  for (let number = 0; number < count; number++) await fetch(`${mockapi.partnerUrl}/sites`);
  const numbers = (await mockapi.journal()).map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect(await mockapi.journal({ limit: 1 })).toMatchObject([{ number: count }]);
  expect(await mockapi.journal({ since: 118 })).toHaveLength(2);
  expect(await mockapi.journal({ status: "200" })).toEqual([]);
});

test("the journal is read in pages", async () => {
  const count = 10_001;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, "http://127.0.0.1");
    const [since, limit] = ["since", "limit"].map((name) => Number(searchParams.get(name))) as [number, number];
    const entries = numbers.slice(since, since + limit).map((number) => ({ number }));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ entries, newest: count }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const world = new World(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect((await world.journal()).map(({ number }) => number)).toEqual(numbers);
  server.close();
});

test("snapshots restore sites", async ({ mockapi }) => {
  await mockapi.snapshot("before");
  const site = await mockapi.addSite({ building: "office", city: "Lyon", registered: true });
  expect(await mockapi.addMeter(site.id!, "Natural Gas")).toMatchObject({ usage: "Natural Gas" });
  expect(await mockapi.updateSite(site.id!, { name: "Renamed" })).toMatchObject({ name: "Renamed" });
  expect(await mockapi.sites()).toHaveLength(13);
  await mockapi.removeSite(site.id!);
  await mockapi.removeSite((await mockapi.sites())[0]!.id);
  await mockapi.restore("before");
  expect(await mockapi.sites()).toHaveLength(12);
  // @ts-expect-error: not a key of a site
  await expect(mockapi.addSite({ colour: "red" })).rejects.toThrow("colour");
});

test("pushed readings are returned by the Partner API", async ({ mockapi }) => {
  const site = await mockapi.addSite({ building: "office", city: "Lyon", registered: true });
  const meter = await mockapi.addMeter(site.id!, "Natural Gas");
  const { key } = meter.measurements![0]!.timeseries!;
  const updatedAt = await mockapi.push(key, { "2026-06-01T08:00:00Z": 41.5 });
  expect(new Date(updatedAt)).toEqual(await mockapi.clock.now());
  const client = await PartnerClient.of(mockapi);
  await mockapi.clock.advance("PT1M");
  const query = `updatedAt[gte]=${updatedAt}&updatedAt[lt]=2026-06-01T09:01:00Z`;
  const series = (await (await client.get(`/sites/${site.id}/timeseries?${query}`)).json()) as
    { key: string; values: { value: number }[] }[];
  expect(series.find((each) => each.key === key)?.values).toMatchObject([{ value: 41.5 }]);
  await expect(mockapi.push("unknown", { "2026-06-01T08:00:00Z": 1 })).rejects.toThrow("unknown");
});

test("the reset of a world returns its first state", async ({ mockapi }) => {
  await mockapi.removeSite((await mockapi.sites())[0]!.id);
  expect(await mockapi.sites()).toHaveLength(11);
  await mockapi.reset();
  expect(await mockapi.sites()).toHaveLength(12);
});

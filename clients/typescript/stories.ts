// The two stories with clients whose types openapi-typescript generated from docs/openapi/.

import createClient from "openapi-fetch";

import type { paths as Control } from "./control.js";
import type { paths as Partner } from "./partner.js";
import type { paths as User } from "./user.js";

declare const process: { argv: string[] };

const UNREGISTERED = 6;
const url = process.argv[2] ?? "http://127.0.0.1:8080";
const control = createClient<Control>({ baseUrl: `${url}/__admin` });

function got<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

function expect(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`expected ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`);
}

async function partner(): Promise<string> {
  const { access_token } = got(await control.POST("/tokens", { body: {} }));
  const client = createClient<Partner>({
    baseUrl: `${url}/ecostruxure/scoring/v1`,
    headers: { Authorization: `Bearer ${access_token}` },
  });

  const sites = got(await client.GET("/sites"));
  const site = sites[UNREGISTERED].id as string;
  const path = { "site-id": site };
  const meters = got(await client.GET("/sites/{site-id}/meters", { params: { path } }));
  console.log(`${sites.length} sites; ${sites[UNREGISTERED].name} has ${meters.length} meters`);

  const association = { leedId: 8000015999, leedName: "Bengaluru Laboratory" };
  const registered = await client.POST("/sites/{site-id}/scoring-providers", {
    params: { path },
    body: association,
  });
  expect(got(registered), association);
  got(await control.PUT("/clock", { body: { advance: "PT10M" } }));
  const window = {
    "updatedAt[gte]": "2026-06-01T09:00:00Z",
    "updatedAt[lt]": "2026-06-01T10:00:00Z",
  };
  const series = got(
    await client.GET("/sites/{site-id}/timeseries", { params: { path, query: window } }),
  );
  const readings = series.flatMap((each) => each.values ?? []);
  console.log(`${readings.length} readings of ${series.length} series`);
  expect(readings.length > 0, true);

  const posted = await client.POST("/sites/{site-id}/performance-scores", {
    params: { path },
    body: [{ date: "2026-05-31", score: 87.5, type: "monthly", category: "energy" }],
  });
  expect(got(posted).map((each) => each.score), [87.5]);
  return site;
}

async function customer(site: string): Promise<void> {
  const { token } = got(await control.POST("/pats", { body: {} }));
  const client = createClient<User>({
    baseUrl: `${url}/ecostruxure/user/scoring/v1`,
    headers: { Authorization: `Bearer ${token}` },
  });
  const path = { "site-id": site };

  const asked = got(await client.POST("/sites/{site-id}/scoring-requests", { params: { path } }));
  got(await control.PUT("/clock", { body: { advance: "PT1M" } }));
  const requests = got(await client.GET("/sites/{site-id}/scoring-requests", { params: { path } }));
  expect(requests.map((each) => [each.id, each.status]), [[asked.id, "CONFIGURED"]]);
  const scores = got(await client.GET("/sites/{site-id}/performance-scores", { params: { path } }));
  const found = scores.filter(
    (each) => each.date === "2026-05-31" && each.type === "monthly" && each.category === "energy",
  );
  expect(found.map((each) => each.score), [87.5]);
  console.log(`${scores.length} scores, the posted one among them`);
}

await control.POST("/reset");
await customer(await partner());

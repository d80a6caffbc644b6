import { expect, test } from "vitest";

import { PartnerClient } from "./partner-client.js";

test("the client repeats a request after a 503", async ({ mockapi }) => {
  const client = new PartnerClient(mockapi.partnerUrl, await mockapi.token());
  await mockapi.fault("status", { status: 503, times: 2, operation: "listSites" });
  expect(await client.sites()).toHaveLength(8);
  await mockapi.verify({ operation: "listSites", status: 503, times: 2 });
  await mockapi.verify({ operation: "listSites", status: 200, times: 1 });
  expect(await mockapi.lint()).toEqual([]);
});

test("the client lists a site that a customer adds", async ({ makeMockApi }) => {
  const world = await makeMockApi({ scenario: "empty", seed: 7 });
  const client = new PartnerClient(world.partnerUrl, await world.token());
  expect(await client.sites()).toEqual([]);
  const site = await world.addSite({ building: "office", city: "Lyon" });
  expect(await client.sites()).toMatchObject([{ id: site.id }]);
});

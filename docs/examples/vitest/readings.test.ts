import { expect, test } from "vitest";

import { PartnerClient } from "./partner-client.js";

test("readings arrive while the clock moves", async ({ mockapi }) => {
  const client = new PartnerClient(mockapi.partnerUrl, await mockapi.token({ expires_in: 172_800 }));
  const site = await mockapi.addSite({ building: "office", city: "Lyon", registered: true });
  const since = await mockapi.clock.now();
  const until = await mockapi.clock.advance("P1D");
  expect(await client.arrived(site.id!, since, until)).toBeGreaterThan(0);
  await mockapi.verify({ operation: "listMetrics", site: site.id, status: 200 });
});

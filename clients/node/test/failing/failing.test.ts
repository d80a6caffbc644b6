import { test } from "vitest";

test("verifies", async ({ mockapi }) => {
  await mockapi.fault("status", { status: 503 });
  await fetch(`${mockapi.partnerUrl}/sites`);
  await mockapi.verify({ operation: "listSites", status: 200 });
});

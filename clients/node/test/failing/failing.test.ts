import { expect, test } from "vitest";

test("verifies", async ({ mockapi }) => {
  await mockapi.fault("status", { status: 503 });
  await fetch(`${mockapi.partnerUrl}/sites`);
  await mockapi.verify({ operation: "listSites", status: 200 });
});

test("deletes its world", async ({ mockapi, makeMockApi }) => {
  await makeMockApi();
  await mockapi.delete();
  expect("the failure").toBe("of the test");
});

import { expect, test } from "@jest/globals";
import { makeMockApi, mockapi } from "mockapi-ecostruxure/jest";

test("verifies", async () => {
  await mockapi().fault("status", { status: 503 });
  await fetch(`${mockapi().partnerUrl}/sites`);
  await mockapi().verify({ operation: "listSites", status: 200 });
});

test("deletes its world", async () => {
  await makeMockApi();
  await mockapi().delete();
  expect("the failure").toBe("of the test");
});

test("passes after a failed one", async () => {
  await fetch(`${mockapi().partnerUrl}/sites`);
});

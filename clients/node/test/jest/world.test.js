import { expect, test } from "@jest/globals";
import { makeMockApi, mockapi } from "mockapi-ecostruxure/jest";

test("a fault, a moved clock and a verified request", async () => {
  const world = mockapi();
  expect(world.url).toBe(`${process.env.MOCKAPI_URL}/w/${world.name}`);
  await world.fault("status", { status: 503, times: 1 });
  expect(await world.clock.advance("P1D")).toEqual(new Date("2026-06-02T09:00:00Z"));
  const response = await fetch(`${world.partnerUrl}/sites`);
  expect(response.status).toBe(503);
  await world.verify({ operation: "listSites", status: 503, times: 1 });
});

test("another test has another world", async () => {
  expect(await mockapi().journal()).toEqual([]);
  const other = await makeMockApi({ scenario: "empty" });
  expect(await other.sites()).toEqual([]);
});

test("a failed verification lists the nearest requests", async () => {
  await fetch(`${mockapi().partnerUrl}/sites`);
  await expect(mockapi().verify({ status: 200 })).rejects.toMatchObject({
    name: "VerificationError",
    nearest: [{ number: 1 }],
  });
});

// mockapi in a container that the test starts, from Node: npm install testcontainers@11
// MOCKAPI_IMAGE names the image in your registry, for example REGISTRY/OWNER/mockapi.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GenericContainer, Wait } from "testcontainers";

test("my client finds the customer's sites", async () => {
  const container = await new GenericContainer(process.env.MOCKAPI_IMAGE ?? "mockapi")
    .withExposedPorts(8080)
    .withEnvironment({ MOCKAPI_SEED: "7" })
    .withWaitStrategy(Wait.forHttp("/healthz", 8080))
    .start();
  try {
    const url = `http://${container.getHost()}:${container.getMappedPort(8080)}`;
    const response = await fetch(`${url}/__admin/tokens`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    const { access_token: token } = await response.json();
    const sitesResponse = await fetch(`${url}/ecostruxure/scoring/v1/sites`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const world = await (await fetch(`${url}/__admin/world`)).json();
    const sites = (await sitesResponse.json()).map((site) => site.id);
    assert.deepEqual(sites, world.customers[0].sites);
    assert.equal(world.seed, 7);
  } finally {
    await container.stop();
  }
});

/** Global set-up for Vitest and Jest: one server for all workers of a run. */

import { startMockApi } from "./server.js";
import { shared } from "./shared-server.js";

/**
 * Starts the server, sets `MOCKAPI_URL` for the workers, and returns the function that stops it.
 * If `MOCKAPI_URL` is set, the workers use that server.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const before = process.env.MOCKAPI_URL;
  const server = await startMockApi();
  process.env.MOCKAPI_URL = server.url;
  shared.stop = async () => {
    if (before === undefined) delete process.env.MOCKAPI_URL;
    await server.stop();
  };
  return shared.stop;
}

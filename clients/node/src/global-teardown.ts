/** Global tear-down for Jest, which does not use the function that the set-up returns. */

import { shared } from "./shared-server.js";

export default async function teardown(): Promise<void> {
  await shared.stop();
}

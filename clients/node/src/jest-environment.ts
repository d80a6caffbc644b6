/** Environment for Jest: that for Node.js, which also lets a failed test print its requests. */

import { TestEnvironment } from "jest-environment-node";

import { setFailed } from "./jest-failure.js";

export default class MockApiEnvironment extends TestEnvironment {
  handleTestEvent({ name }: { name: string }): void {
    if (name === "test_start") setFailed(this.global, false);
    if (name === "test_fn_failure" || name === "hook_failure") setFailed(this.global, true);
  }
}

import { fileURLToPath } from "node:url";

import type { Schemas } from "./schemas.js";

/** Error of a call to the control API, with advice. */
export class MockApiError extends Error {
  override readonly name: string = "MockApiError";

  /** `status` and `detail` are those of the error response, and unset without a response. */
  constructor(
    message: string,
    readonly status?: number,
    readonly detail = "",
  ) {
    super(message);
    hideClientFrames(this);
  }
}

/** Failed expectation of `World.verify`. The message lists the nearest requests. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
  /** Numbers of the requests that match. */
  readonly matched: number[];
  /** Requests that nearly match, each with its differences. */
  readonly nearest: Schemas["NearMissView"][];

  constructor(problem: Schemas["VerifyProblem"]) {
    super(problem.detail);
    hideClientFrames(this);
    this.matched = problem.matched;
    this.nearest = problem.nearest;
  }
}

const HERE = new URL(".", import.meta.url);

/** Removes the frames of this package, so that test runners show the line of the test. */
function hideClientFrames(error: Error): void {
  const own = [fileURLToPath(HERE), HERE.href, "/openapi-fetch/"];
  error.stack = error.stack
    ?.split("\n")
    .filter((line) => !/^\s+at /.test(line) || !own.some((place) => line.includes(place)))
    .join("\n");
}

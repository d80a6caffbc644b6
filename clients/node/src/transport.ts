import createClient, { type Client } from "openapi-fetch";

import type { paths } from "./control.js";
import { MockApiError, VerificationError } from "./errors.js";
import type { Schemas } from "./schemas.js";

/** Typed client of the control API of one world. */
export type Control = Client<paths>;

const TIMEOUT_MS = 30_000;

/** Returns a client of the control API at `url` whose calls throw `MockApiError`. */
export function controlOf(url: string, adminToken: string | undefined): Control {
  return createClient<paths>({
    baseUrl: `${url}/__admin`,
    headers: adminToken === undefined ? {} : { Authorization: `Bearer ${adminToken}` },
    fetch: (request) => send(request, url),
  });
}

async function send(request: Request, server: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new MockApiError(`No response from ${server}: ${reasonOf(error)}`);
  }
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem !== undefined && "nearest" in problem) throw new VerificationError(problem);
  const { status } = response;
  const detail =
    problem?.detail ??
    `${server} responded with HTTP ${status}. Check that it is a mockapi with MOCKAPI_ADMIN=true.`;
  const path = request.url.slice(server.length);
  throw new MockApiError(`${request.method} ${path}: ${detail}`, status, detail);
}

type Problem = { detail: string } | Schemas["VerifyProblem"];

async function readProblem(response: Response): Promise<Problem | undefined> {
  try {
    const body = (await response.json()) as Problem;
    return typeof body.detail === "string" ? body : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error & { code?: string } };
  return cause?.code ?? cause?.message ?? message;
}

/** Returns the data of a call that has a response body. */
export async function dataOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

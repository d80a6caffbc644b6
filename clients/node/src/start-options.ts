import { MockApiError } from "./errors.js";

/** Where the server is. At most one of `url`, `command` and `image`. */
export interface StartOptions {
  /** URL of a running server, which is not stopped. Default: `MOCKAPI_URL`. */
  url?: string;
  /** Command that starts a server on this machine. Default: `mockapi serve`. */
  command?: readonly string[];
  /** Image of a container (needs the package testcontainers). Default: `MOCKAPI_IMAGE`. */
  image?: string;
  /** Settings of a server that is started, such as `MOCKAPI_SEED`, in addition to `process.env`. */
  env?: Readonly<Record<string, string>>;
  /** Token that the control API requires. Default: `MOCKAPI_ADMIN_TOKEN`. */
  adminToken?: string;
}

const isString = (value: unknown) => typeof value === "string";
const isText = (value: unknown) => isString(value) && value !== "";
const isObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What each option must be, and whether a value is. */
const CHECKS: Record<keyof StartOptions, [string, (value: unknown) => boolean]> = {
  url: ["a URL such as http://127.0.0.1:8080", isText],
  command: [
    'a list of words such as ["mockapi", "serve"]',
    (value) => Array.isArray(value) && isText(value[0]) && value.every(isString),
  ],
  image: ["the name of an image such as mockapi", isText],
  env: [
    'an object of strings such as { MOCKAPI_SEED: "7" }',
    (value) => isObject(value) && Object.values(value as object).every(isString),
  ],
  adminToken: ["a string", isString],
};

/** Throws `TypeError` for options that callers without types can give. */
export function checkOptions(options: StartOptions): void {
  if (!isObject(options))
    throw new TypeError('startMockApi takes options such as { url: "http://127.0.0.1:8080" }.');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = CHECKS[name as keyof StartOptions];
    if (check === undefined)
      throw new TypeError(`${name} is not an option. Use ${Object.keys(CHECKS).join(", ")}.`);
    if (!check[1](value)) throw new TypeError(`${name} must be ${check[0]}.`);
  }
  const places = (["url", "command", "image"] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (places.length > 1) throw new TypeError(`Use only one of ${places.join(" and ")}.`);
}

/** Returns a URL of a server without slashes at its end. `name` is where it was given. */
export function checkedUrl(url: string, name: string): string {
  const { protocol, search, hash, username, password } = URL.canParse(url)
    ? new URL(url)
    : ({ protocol: "" } as URL);
  if (!/^https?:$/.test(protocol) || search || hash || username || password)
    throw new MockApiError(
      `${name}: '${url}' is not the URL of a server, without query and fragment. Example: http://127.0.0.1:8080`,
    );
  return url.replace(/[?#]$/, "").replace(/\/+$/, "");
}

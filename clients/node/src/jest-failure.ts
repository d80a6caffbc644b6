/** Whether the current test of Jest has failed, from its environment to its set-up file. */

// Registered for all realms, because the environment is outside of the context of the tests.
const KEY = Symbol.for("mockapi-ecostruxure.has-failed");

export function setFailed(global: object, value: boolean): void {
  Reflect.set(global, KEY, value);
}

export function hasFailed(global: object): boolean {
  return Reflect.get(global, KEY) === true;
}

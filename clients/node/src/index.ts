export { MockApiError, VerificationError } from "./errors.js";
export { Fault, type FaultKind, type FaultObject, type FaultSettings } from "./faults.js";
export type { ScenarioKeys, Schemas } from "./schemas.js";
export { MockApiServer, startMockApi, type WorldSettings } from "./server.js";
export type { StartOptions } from "./start-options.js";
export { Clock, World } from "./world.js";

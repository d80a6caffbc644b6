import type { components, operations } from "./control.js";

/** Bodies of the control API. */
export type Schemas = components["schemas"];

/** Query parameters of the control API's operation `Id`. */
export type Query<Id extends keyof operations> = NonNullable<
  operations[Id]["parameters"]["query"]
>;

/** Values with the keys of scenario files. */
export type ScenarioKeys = Record<string, unknown>;

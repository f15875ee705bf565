import { arnOf } from "../lambda/toy-functions.ts";

/** A Task that the function with that name does. */
export const task = (name: string, fields: object = { End: true }) => ({
  Type: "Task",
  Resource: arnOf(name),
  ...fields,
});

/** A machine that takes each item of its input through those states, from Item on. */
export const mapOf = (states: object, fields: object = {}) => ({
  StartAt: "Each",
  States: { Each: { Type: "Map", ItemProcessor: { StartAt: "Item", States: states }, End: true, ...fields } },
});

/** AWS takes whole seconds only; the executor need not wait that long here. */
export const retryAtOnce = { IntervalSeconds: 0.01, BackoffRate: 1 };

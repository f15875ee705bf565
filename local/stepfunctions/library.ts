import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { definitionUnsupported } from "../../shared/errors.ts";
import type { MachineDefinition } from "./definition.ts";

/** Node 22 has it; on Node 20 every Task of the library would fail without. */
if (!("withResolvers" in Promise)) {
  Object.assign(Promise, {
    withResolvers() {
      const parts: { resolve?: unknown; reject?: unknown } = {};
      const promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
      return { promise, ...parts };
    },
  });
}

export type { StateMachine };
export type Json = Parameters<StateMachine["run"]>[0];
type RunOptions = NonNullable<Parameters<StateMachine["run"]>[1]>;
export type LibraryEvent =
  ReturnType<StateMachine["run"]>["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;
/** What `$$` shows. */
export type Context = NonNullable<RunOptions["context"]>;

/** Throws when asl-validator, which the library runs, finds the definition invalid. */
export function validate(machine: MachineDefinition): void {
  try {
    // the validator writes into what it is given
    new StateMachine(structuredClone(machine) as unknown as StateMachineDefinition);
  } catch (error) {
    throw definitionUnsupported(error instanceof Error ? error.message : String(error));
  }
}

export const libraryMachine = (machine: unknown): StateMachine =>
  new StateMachine(machine as StateMachineDefinition, { validationOptions: { noValidate: true } });

/** Lets the library evaluate a path or a payload template: it exports neither, but runs a Pass state. */
async function evaluate(fields: object, input: Json, context: Context): Promise<Json> {
  const pass = libraryMachine({
    StartAt: "Value",
    States: { Value: { Type: "Pass", End: true, ...fields } },
  });
  const execution = pass.run(input, { context });
  return execution.result;
}

export const evaluatePath = (path: unknown, input: Json, context: Context): Promise<Json> =>
  evaluate({ InputPath: path }, input, context);
export const evaluateTemplate = (template: unknown, input: Json, context: Context): Promise<Json> =>
  evaluate({ Parameters: template }, input, context);

import { z } from "zod";
import { definitionUnsupported } from "../../shared/errors.ts";

/** Amazon States Language as far as its shape goes; what the fields may say is checked by `unsupported`. */
export interface StateDefinition {
  readonly Type: string;
  readonly [field: string]: unknown;
}

export interface MachineDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
  readonly [field: string]: unknown;
}

const machineSchema = z.looseObject({
  StartAt: z.string(),
  States: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

export function parseMachine(definition: unknown, where: string): MachineDefinition {
  const result = machineSchema.safeParse(definition);
  if (!result.success)
    throw definitionUnsupported(`${where} is no state machine: ${z.prettifyError(result.error)}`);
  return result.data;
}

export type EnclosingState = "machine" | "branch" | "iteration";

/** The machines that a state holds: a Parallel's branches or a Map's processor. */
export function nestedMachines(name: string, state: StateDefinition): readonly MachineDefinition[] {
  if (state.Type === "Map")
    return [parseMachine(state.ItemProcessor ?? state.Iterator, `${name}.ItemProcessor`)];
  if (state.Type !== "Parallel") return [];
  const branches = Array.isArray(state.Branches) ? state.Branches : [];
  return branches.map((branch, index) => parseMachine(branch, `${name}.Branches[${index}]`));
}

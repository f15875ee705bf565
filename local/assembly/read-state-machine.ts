import { assemblyUnsupported } from "../../shared/errors.ts";
import type { LocalStateMachine } from "./assembly.ts";
import type { Intrinsics } from "./intrinsics.ts";
import { checkShape, type Resource, stateMachineProperties } from "./template.ts";

/** @throws AssemblyUnsupported */
export function readStateMachine(
  id: string,
  { Properties }: Resource,
  intrinsics: Intrinsics,
): LocalStateMachine {
  const properties = checkShape(id, stateMachineProperties, intrinsics.resolve(Properties, id));
  return {
    name: intrinsics.nameOf(id, id),
    arn: intrinsics.attribute(id, "Arn", id),
    definition: parseDefinition(`${id}.DefinitionString`, properties.DefinitionString),
  };
}

function parseDefinition(at: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw assemblyUnsupported(`${at}: not JSON once its references are resolved`, { cause });
  }
}

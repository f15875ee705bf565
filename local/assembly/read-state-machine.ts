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
  const { Level, IncludeExecutionData, Destinations } = properties.LoggingConfiguration;
  return {
    name: intrinsics.nameOf(id, id),
    arn: intrinsics.attribute(id, "Arn", id),
    definition: parseDefinition(`${id}.DefinitionString`, properties.DefinitionString),
    described: {
      roleArn: properties.RoleArn,
      loggingConfiguration: {
        level: Level,
        includeExecutionData: IncludeExecutionData,
        ...(Destinations && {
          destinations: Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn: logGroupArn } }) => ({
            cloudWatchLogsLogGroup: { logGroupArn },
          })),
        }),
      },
      tracingConfiguration: { enabled: properties.TracingConfiguration.Enabled },
    },
  };
}

function parseDefinition(at: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw assemblyUnsupported(`${at}: not JSON once its references are resolved`, { cause });
  }
}

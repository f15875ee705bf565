import type { Assembly, DeployedStack } from "./assembly.ts";
import { endpointToCome } from "./function-url.ts";

/** With the endpoint's address where a function's URL stands: in outputs, functions' variables and the definition. */
export function atEndpoint(deployed: Assembly, url: string): Assembly;
export function atEndpoint(deployed: DeployedStack, url: string): DeployedStack;
export function atEndpoint(deployed: DeployedStack & Partial<Assembly>, url: string): DeployedStack {
  const settled = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(endpointToCome, () => url));
  const { stack, functions, stateMachine } = deployed;
  return {
    ...deployed,
    stack: settled(stack),
    functions: functions.map((fn) => ({ ...fn, environment: settled(fn.environment) })),
    ...(stateMachine && {
      stateMachine: { ...stateMachine, definition: settled(stateMachine.definition) },
    }),
  };
}

import { assemblyUnsupported } from "../../shared/errors.ts";
import { accountOfArn } from "../iam/arn.ts";
import { serviceMay } from "../iam/authorize.ts";
import type { Rights } from "../iam/rights.ts";
import type { LocalFunction, LocalStateMachine } from "./assembly.ts";

/**
 * Lambda works as the roles of the functions, which have to let it: AWS refuses to make a function whose role does not.
 * @throws AssemblyUnsupported
 */
export function checkFunctionRoles(rights: Rights, functions: readonly LocalFunction[]): void {
  for (const { name, arn, described } of functions) {
    checkRole(rights, described.role, "lambda.amazonaws.com", { name, arn });
  }
}

/**
 * As Step Functions refuses a state machine.
 * @throws AssemblyUnsupported
 */
export function checkStateMachineRole(rights: Rights, { name, arn, described }: LocalStateMachine): void {
  checkRole(rights, described.roleArn, "states.amazonaws.com", { name, arn });
}

function checkRole(
  rights: Rights,
  resource: string,
  service: string,
  source: { readonly name: string; readonly arn: string },
): void {
  const { name, arn } = source;
  const role = rights.roles.get(resource);
  if (role === undefined) throw assemblyUnsupported(`${name}: its role ${resource} is not part of the stack`);
  const context = { "aws:SourceAccount": accountOfArn(arn), "aws:SourceArn": arn };
  if (serviceMay(role.trust, service, { action: "sts:AssumeRole", resource, context })) return;
  throw assemblyUnsupported(`${name}: the trust policy of ${resource} does not let ${service} assume it`);
}

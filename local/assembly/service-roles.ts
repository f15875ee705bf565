import { assemblyUnsupported } from "../../shared/errors.ts";
import { serviceMay } from "../iam/authorize.ts";
import type { Context } from "../iam/condition-keys.ts";
import type { Rights } from "../iam/rights.ts";
import type { LocalFunction, LocalStateMachine } from "./assembly.ts";
import { account } from "./names.ts";

/**
 * Lambda and Step Functions work as the roles of what they run, which have to let them: AWS refuses to make a function
 * or a state machine whose role does not.
 * @throws AssemblyUnsupported
 */
export function checkServiceRoles(
  rights: Rights,
  functions: readonly LocalFunction[],
  { name, arn, described }: LocalStateMachine,
): void {
  const source = (sourceArn: string) => ({ "aws:SourceAccount": account, "aws:SourceArn": sourceArn });
  for (const fn of functions) {
    checkRole(rights, fn.described.role, "lambda.amazonaws.com", fn.name, source(fn.arn));
  }
  checkRole(rights, described.roleArn, "states.amazonaws.com", name, source(arn));
}

function checkRole(rights: Rights, arn: string, service: string, of: string, context: Context): void {
  const role = rights.roles.get(arn);
  if (role === undefined) throw assemblyUnsupported(`${of}: its role ${arn} is not part of the assembly`);
  if (serviceMay(role.trust, service, { action: "sts:AssumeRole", resource: arn, context })) return;
  throw assemblyUnsupported(`${of}: the trust policy of ${arn} does not let ${service} assume it`);
}

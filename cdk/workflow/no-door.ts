import { Fail } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { noDoor } from "../../cloud/deployment.ts";
import { doorUnavailable } from "../../shared/errors.ts";

/** Nobody leaves jobs where none can be asked for: an execution that goes on with owners ends by name. */
export function noDoorState(scope: Construct, state = "NoDoor"): Fail {
  const { name: error, message: cause } = doorUnavailable(noDoor);
  return new Fail(scope, state, {
    comment: "Ends a run of owners, for whom no door is deployed",
    error,
    cause,
  });
}

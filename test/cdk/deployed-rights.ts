import type { Template } from "aws-cdk-lib/assertions";
import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import { coordinatorStack } from "../../local/assembly/names.ts";
import { readRights } from "../../local/assembly/read-rights.ts";
import { templateSchema } from "../../local/assembly/template.ts";
import type { Rights } from "../../local/iam/rights.ts";

/** What the stack "fedstep" grants to whom, as the local endpoints read and evaluate it. */
export function deployedRights(template: Template): Rights {
  const parsed = templateSchema.parse(template.toJSON());
  return readRights(parsed, new Intrinsics(parsed, coordinatorStack("fedstep")));
}

import { type CfnElement, type Stack, Validations } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { accessKinds, accessRights } from "../cdk/constructs/access-rights.ts";
import { type ObjectRights, rightsOf } from "../cdk/constructs/object-rights.ts";
import type { FedstepStack } from "../cdk/stack.ts";
import { deployedSteps } from "../cloud/footprint.ts";
import { door } from "../functions/door/rights.ts";
import { footprints } from "../functions/footprints.ts";
import { prefixes } from "../shared/layout.ts";

/** A finding of cdk-nag that stays, and why. */
export interface Acknowledgement {
  /** Of the construct that has it, below the stack. */
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

/** Holds the stack to the AwsSolutions pack of cdk-nag: whatever is not acknowledged here ends the synthesis. */
export function checkByNag(stack: FedstepStack): void {
  Validations.of(stack.node.root).addPlugins(new AwsSolutionsChecks(stack.node.root));
  acknowledge(stack);
}

export function acknowledge(stack: FedstepStack): void {
  for (const { path, rule, reason } of acknowledgements(stack)) {
    const start: IConstruct = stack;
    const construct = path.split("/").reduce((at, id) => at.node.findChild(id), start);
    Validations.of(construct).acknowledge({ id: rule, reason });
  }
}

/** Every finding that is left, and no other. */
export function acknowledgements(stack: FedstepStack): Acknowledgement[] {
  return [
    {
      path: "Objects/Bucket",
      rule: "AwsSolutions-S1",
      reason:
        "Access logs would need a second bucket that outlives the stack; whoever audits reads turns on CloudTrail's data events, which name the role as well.",
    },
    {
      path: "Federation/StateMachine",
      rule: "AwsSolutions-SF1",
      reason:
        "Step Functions itself keeps every event of an execution for 90 days; a second copy of thousands of events a run would be the dearest line of its bill. Errors are logged.",
    },
    ...(stack.settings.tracing
      ? []
      : [
          {
            path: "Federation/StateMachine",
            rule: "AwsSolutions-SF2",
            reason: "Whoever deploys with tracing=false has asked for no traces.",
          },
        ]),
    {
      path: "Federation/Role",
      rule: everything,
      reason: "Delivery of logs, and X-Ray, know no narrower resource.",
    },
    ...deployedSteps(footprints, stack.settings).flatMap((step) => [
      ...ofObjects(stack, `${step.name}/Role`, functionPatterns(rightsOf(step, stack.settings))),
      ...(stack.settings.tracing
        ? [{ path: `${step.name}/Role`, rule: everything, reason: "X-Ray knows no narrower resource." }]
        : []),
    ]),
    ...(stack.settings.door
      ? [
          ...ofObjects(stack, `${door.name}/Role`, functionPatterns(door)),
          ...ofObjects(stack, "Federation/Role", [prefixes.waitingJobs]),
          {
            path: `${door.name}/Role`,
            rule: everything,
            reason:
              "IAM knows no narrower resource for the end of a wait, which is known by its token alone.",
          },
        ]
      : []),
    ...accessKinds.flatMap((kind) => {
      const path = `Access/${kind}`;
      return [
        ...ofObjects(stack, path, Object.values(accessRights[kind].objects).flat()),
        {
          path,
          rule: wildcard(`arn:${here("cloudformation")}:stack/${stack.stackName}/*`),
          reason: "CloudFormation ends a stack's ARN with an id that nobody knows before it is deployed.",
        },
        {
          path,
          rule: wildcard(`arn:${here("states")}:execution:${stack.stackName}:*`),
          reason: "Executions are named after runs, which are not known when the stack is deployed.",
        },
      ];
    }),
  ];
}

const wildcard = (resource: string) => `AwsSolutions-IAM5[Resource::${resource}]`;
const everything = wildcard("*");

const here = (service: string) => `<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;

const functionPatterns = ({ reads, writes, creates }: ObjectRights) => [...reads, ...writes, ...creates];

function ofObjects(stack: Stack, path: string, patterns: readonly string[]): Acknowledgement[] {
  const open = [...new Set(patterns)].filter((pattern) => pattern.includes("*"));
  return open.map((pattern) => ({
    path,
    rule: wildcard(`<${bucketId(stack)}.Arn>/${pattern}`),
    reason: "One kind of object, of whatever run or data set: neither is known when the stack is deployed.",
  }));
}

function bucketId(stack: Stack): string {
  const resource = stack.node.findChild("Objects").node.findChild("Bucket").node.defaultChild;
  return stack.getLogicalId(resource as CfnElement);
}

import type { CfnElement } from "aws-cdk-lib/core";
import type { OwnerStack } from "../cdk/owner-stack.ts";
import { desk, homeKeys, ownersPlaces, training } from "../functions/owner/rights.ts";
import { reachOfAccounts } from "../shared/layout.ts";
import type { Acknowledgement } from "./nag.ts";

/** Every finding of cdk-nag's AwsSolutions pack in an owner's stack that stays, and why. */
export function ownersAcknowledgements(stack: OwnerStack): Acknowledgement[] {
  const bucket = stack.getLogicalId(
    stack.node.findChild("Objects").node.findChild("Bucket").node.defaultChild as CfnElement,
  );
  const own = (patterns: readonly string[]) => patterns.map((pattern) => `<${bucket}.Arn>/${pattern}`);
  const coordinators = (patterns: readonly string[]) =>
    patterns.map((pattern) => `arn:<AWS::Partition>:s3:::<CoordinatorBucket>/${pattern}`);
  const reach = reachOfAccounts("<Federation>");
  const functions = [
    {
      path: "Train/Role",
      resources: [
        ...own([...training.reads, ...training.writes, ...training.deletes]),
        ...coordinators([...reach.reads, ...reach.creates("<AWS::AccountId>")]),
      ],
    },
    {
      path: "Desk/Role",
      resources: [
        ...own([...desk.reads, ...desk.writes, ...desk.creates]),
        ...coordinators(reach.agreements),
      ],
    },
    { path: "Access/Owner", resources: own([ownersPlaces.data, ownersPlaces.home, homeKeys.policy]) },
  ];
  return [
    {
      path: "Objects/Bucket",
      rule: "AwsSolutions-S1",
      reason:
        "Access logs would need a second bucket; whoever wants a witness of what is read turns on CloudTrail's data events, which name the role as well.",
    },
    ...functions.flatMap(({ path, resources }) =>
      [...new Set(resources)]
        .filter((one) => one.includes("*"))
        .map((one) => ({
          path,
          rule: `AwsSolutions-IAM5[Resource::${one}]`,
          reason:
            "One kind of object, of whatever run or table: neither is known when the stack is deployed.",
        })),
    ),
    {
      path: "Access/Owner",
      rule: "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/<AWS::StackName>/*]",
      reason: "CloudFormation ends a stack's ARN with an id that nobody knows before it is deployed.",
    },
  ];
}

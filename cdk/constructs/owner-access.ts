import { ManagedPolicy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { ArnFormat, Aws, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { homeKeys, ownersPlaces } from "../../functions/owner/rights.ts";
import { invokerRoleOf, ownerPolicyOf } from "../../shared/owners/stack-names.ts";
import { listStatement, objectStatement, type StoredObjects } from "./object-statements.ts";
import type { OwnersCoordinator } from "./owner-coordinator.ts";

export interface OwnerAccessProps {
  readonly store: StoredObjects;
  readonly coordinator: OwnersCoordinator;
  readonly train: IFunction;
  readonly desk: IFunction;
}

/** The one door into the account, for the coordinator's state machine; and the policy for the owner's own people. */
export class OwnerAccess extends Construct {
  readonly invoker: Role;
  /** The stack attaches it to nobody. */
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, { store, coordinator, train, desk }: OwnerAccessProps) {
    super(scope, id);
    this.invoker = new Role(this, "Invoker", {
      roleName: invokerRoleOf(Aws.STACK_NAME, Aws.REGION),
      assumedBy: coordinator.machine,
      description: "For the coordinator's state machine: invokes the training function, and nothing else",
    });
    this.invoker.addToPolicy(invoking(train));
    this.policy = new ManagedPolicy(this, "Owner", {
      managedPolicyName: ownerPolicyOf(Aws.STACK_NAME, Aws.REGION),
      description:
        "Decides for an owner of a fedstep federation: asks its desk, brings data, sets the policy",
      statements: [
        invoking(desk),
        // data are brought and not taken
        objectStatement(store, "s3:PutObject", [ownersPlaces.data, homeKeys.policy]),
        objectStatement(store, "s3:GetObject", [ownersPlaces.home]),
        listStatement(store, [ownersPlaces.data, ownersPlaces.home]),
        new PolicyStatement({
          actions: ["cloudformation:DescribeStacks"],
          resources: [
            Stack.of(this).formatArn({
              service: "cloudformation",
              resource: "stack",
              // CloudFormation ends it with an id of its own
              resourceName: `${Aws.STACK_NAME}/*`,
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          ],
        }),
      ],
    });
  }
}

const invoking = (lambda: IFunction) =>
  new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [lambda.functionArn] });

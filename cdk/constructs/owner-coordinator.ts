import { ArnPrincipal, type IPrincipal } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { ArnFormat, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";
import type { OwnerParameters } from "../owner-parameters.ts";
import type { StoredObjects } from "./object-statements.ts";

/** What an owner's stack knows of its coordinator: all of it follows from the parameters. */
export class OwnersCoordinator extends Construct implements StoredObjects {
  readonly bucket: StoredObjects["bucket"];
  readonly key: { readonly keyArn: string };
  /** Its state machine's role, and nobody else of its account, in that state machine's name. */
  readonly machine: IPrincipal;

  constructor(scope: Construct, id: string, parameters: OwnerParameters) {
    super(scope, id);
    const { coordinatorAccount: account, coordinatorStack, coordinatorBucket, coordinatorKey } = parameters;
    const stack = Stack.of(this);
    this.bucket = Bucket.fromBucketName(this, "Bucket", coordinatorBucket);
    this.key = {
      keyArn: stack.formatArn({ account, service: "kms", resource: "key", resourceName: coordinatorKey }),
    };
    const role = { service: "iam", region: "", account, resource: "role" };
    const root = stack.formatArn({
      ...role,
      resource: "root",
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    // a role that is named as principal becomes a dead id when it is made anew; the account does not
    this.machine = new ArnPrincipal(root).withConditions({
      ArnEquals: {
        "aws:PrincipalArn": stack.formatArn({
          ...role,
          resourceName: machineRoleOf(coordinatorStack, stack.region),
        }),
      },
      StringEquals: {
        "sts:ExternalId": stack.formatArn({
          account,
          service: "states",
          resource: "stateMachine",
          resourceName: coordinatorStack,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      },
    });
  }
}

import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { keysParameterOf } from "../../shared/owners/stack-names.ts";
import type { OwnerSettings } from "../owner-settings.ts";

/**
 * Where the owner's keys are: in a parameter that the desk writes, since CloudFormation makes none that is encrypted, under
 * AWS's own key, which costs nothing; and in KMS the key of the data's MACs, where the owner has asked for it.
 */
export class OwnerKeysPlace extends Construct {
  readonly #mac: Key | undefined;

  constructor(
    scope: Construct,
    id: string,
    { kmsKey, removalPolicy }: Pick<OwnerSettings, "kmsKey" | "removalPolicy">,
  ) {
    super(scope, id);
    this.#mac = kmsKey
      ? new Key(this, "Mac", {
          description: `Key of the MACs by which the owner's data are known, of the stack ${Aws.STACK_NAME}`,
          keySpec: KeySpec.HMAC_256,
          keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
          // without it no data are known again
          removalPolicy: removalPolicy === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
          pendingWindow: Duration.days(7),
        })
      : undefined;
  }

  /** ARN of the key in KMS, if there is one. */
  get macKey(): string | undefined {
    return this.#mac?.keyArn;
  }

  /** Grants the use of the keys, and no change of them. */
  using(): PolicyStatement[] {
    return [
      this.#onParameter("ssm:GetParameter"),
      ...(this.#mac
        ? [new PolicyStatement({ actions: ["kms:GenerateMac"], resources: [this.#mac.keyArn] })]
        : []),
    ];
  }

  /** Grants keeping the first keys, and never others in their place. */
  making(): PolicyStatement[] {
    return [this.#onParameter("ssm:PutParameter", { StringNotEquals: { "ssm:Overwrite": "true" } })];
  }

  #onParameter(action: string, conditions?: Record<string, unknown>): PolicyStatement {
    const resourceName = keysParameterOf(Aws.STACK_NAME).slice(1);
    const arn = Stack.of(this).formatArn({ service: "ssm", resource: "parameter", resourceName });
    return new PolicyStatement({ actions: [action], resources: [arn], ...(conditions && { conditions }) });
  }
}

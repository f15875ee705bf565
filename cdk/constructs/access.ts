import { ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ArnFormat, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { type AccessKind, type AccessRights, accessRights, listedBy, policyName } from "./access-rights.ts";
import { keyStatements, listStatement, objectStatement } from "./object-statements.ts";
import type { ObjectStore } from "./object-store.ts";

export interface AccessProps {
  readonly settings: Pick<Settings, "stackName">;
  readonly store: ObjectStore;
}

/** Policies for whoever deploys to attach to people's roles; the stack itself attaches them to nobody. */
export class Access extends Construct {
  readonly policies: Readonly<Record<AccessKind, ManagedPolicy>>;

  constructor(scope: Construct, id: string, { settings: { stackName }, store }: AccessProps) {
    super(scope, id);
    const policy = (kind: AccessKind) =>
      new ManagedPolicy(this, kind, {
        managedPolicyName: policyName(stackName, Stack.of(this).region, kind),
        description: accessRights[kind].purpose,
        statements: [
          ...this.#placeStatements(stackName, accessRights[kind], store),
          ...objectStatements(accessRights[kind], store),
        ],
      });
    this.policies = {
      Reader: policy("Reader"),
      Operator: policy("Operator"),
      Remover: policy("Remover"),
    };
  }

  /** On what the federation consists of, each as a whole. */
  #placeStatements(name: string, rights: AccessRights, { bucket }: ObjectStore): PolicyStatement[] {
    const granted = [
      // before a stack is there, and after, CloudFormation knows it by its name alone
      [rights.stack, this.#arn("cloudformation", "stack", `${name}/*`, ArnFormat.SLASH_RESOURCE_NAME)],
      [rights.stateMachine, this.#arn("states", "stateMachine", name)],
      [rights.executions, this.#arn("states", "execution", `${name}:*`)],
      [rights.bucket, bucket.bucketArn],
    ] as const;
    return granted.flatMap(([actions, resource]) =>
      actions.length === 0 ? [] : [new PolicyStatement({ actions: [...actions], resources: [resource] })],
    );
  }

  #arn(service: string, resource: string, resourceName: string, arnFormat = ArnFormat.COLON_RESOURCE_NAME) {
    return Stack.of(this).formatArn({ service, resource, resourceName, arnFormat });
  }
}

function objectStatements(rights: AccessRights, store: ObjectStore): PolicyStatement[] {
  return [
    ...Object.entries(rights.objects).map(([action, patterns]) => objectStatement(store, action, patterns)),
    listStatement(store, listedBy(rights)),
    ...keyStatements(store, rights.key),
  ];
}

import { functionUrl, urlType } from "./function-url.ts";
import type { Parameters } from "./parameters.ts";

/** The coordinator's account, and the one region that the local endpoints stand for. */
export const coordinatorAccount = "000000000000";
export const region = "us-east-1";
const partition = "aws";

/** The coordinator's bucket, whatever it is called on AWS: known without a look at the assembly. */
export const localBucket = "fedstep-objects";

/** Where a stack is deployed, and as what. */
export interface DeployedAs {
  readonly account: string;
  /** Name of the stack. */
  readonly stack: string;
  /** What its one bucket is called here, whatever the template says; undefined where the template decides. */
  readonly bucket?: string | undefined;
  /** Values of the template's parameters; those that have a default may be left out. */
  readonly parameters?: Parameters | undefined;
}

export const coordinatorStack = (stack: string): DeployedAs => ({
  account: coordinatorAccount,
  stack,
  bucket: localBucket,
});

export function pseudoParameters({ account, stack }: DeployedAs): ReadonlyMap<string, string> {
  return new Map([
    ["AWS::AccountId", account],
    ["AWS::Partition", partition],
    ["AWS::Region", region],
    ["AWS::StackName", stack],
    ["AWS::URLSuffix", "amazonaws.com"],
  ]);
}

/** What stands for a resource of that name in that account. */
type Reference = (name: string, account: string) => string;

interface ResourceNames {
  /** The property that names the resource, if one does; where it is left out, a name is made up, as CloudFormation does. */
  readonly nameProperty?: string;
  readonly ref: Reference;
  readonly attributes: ReadonlyMap<string, Reference>;
}

const arn =
  (service: string, resource: (name: string) => string, at = region): Reference =>
  (name, account) =>
    `arn:${partition}:${service}:${at}:${account}:${resource(name)}`;
const itself: Reference = (name) => name;

const functionArn = arn("lambda", (name) => `function:${name}`);
const stateMachineArn = arn("states", (name) => `stateMachine:${name}`);

export const bucketType = "AWS::S3::Bucket";

/** What Ref and Fn::GetAtt give for each type of resource that a federation is made of. */
export const resourceNames: ReadonlyMap<string, ResourceNames> = new Map([
  [
    "AWS::IAM::ManagedPolicy",
    {
      nameProperty: "ManagedPolicyName",
      ref: arn("iam", (name) => `policy/${name}`, ""),
      attributes: new Map(),
    },
  ],
  [
    "AWS::IAM::Role",
    {
      nameProperty: "RoleName",
      ref: itself,
      attributes: new Map([["Arn", arn("iam", (name) => `role/${name}`, "")]]),
    },
  ],
  ["AWS::KMS::Key", { ref: itself, attributes: new Map([["Arn", arn("kms", (name) => `key/${name}`)]]) }],
  [
    "AWS::Lambda::Function",
    { nameProperty: "FunctionName", ref: itself, attributes: new Map([["Arn", functionArn]]) },
  ],
  [
    // is named by the function that it is of
    urlType,
    {
      nameProperty: "TargetFunctionArn",
      ref: itself,
      attributes: new Map([
        ["FunctionArn", itself],
        ["FunctionUrl", functionUrl],
      ]),
    },
  ],
  [
    "AWS::Logs::LogGroup",
    {
      nameProperty: "LogGroupName",
      ref: itself,
      attributes: new Map([["Arn", arn("logs", (name) => `log-group:${name}:*`)]]),
    },
  ],
  [
    bucketType,
    {
      nameProperty: "BucketName",
      ref: itself,
      attributes: new Map([["Arn", (name) => `arn:${partition}:s3:::${name}`]]),
    },
  ],
  [
    "AWS::StepFunctions::StateMachine",
    {
      nameProperty: "StateMachineName",
      ref: stateMachineArn,
      attributes: new Map([
        ["Arn", stateMachineArn],
        ["Name", itself],
      ]),
    },
  ],
]);

/** The account and region that the local endpoints stand for. */
export const account = "000000000000";
export const region = "us-east-1";
const partition = "aws";

/** The bucket, whatever it is called on AWS: known without a look at the assembly. */
export const localBucket = "fedstep-objects";

export function pseudoParameters(stack: string): ReadonlyMap<string, string> {
  return new Map([
    ["AWS::AccountId", account],
    ["AWS::Partition", partition],
    ["AWS::Region", region],
    ["AWS::StackName", stack],
    ["AWS::URLSuffix", "amazonaws.com"],
  ]);
}

interface ResourceNames {
  /** The property that names the resource, if one does; where it is left out, a name is made up, as CloudFormation does. */
  readonly nameProperty?: string;
  /** The name here, whatever the property says. */
  readonly localName?: string;
  readonly ref: (name: string) => string;
  readonly attributes: ReadonlyMap<string, (name: string) => string>;
}

const arn =
  (service: string, resource: (name: string) => string, at = `${region}:${account}`) =>
  (name: string) =>
    `arn:${partition}:${service}:${at}:${resource(name)}`;
const itself = (name: string) => name;

const functionArn = arn("lambda", (name) => `function:${name}`);
const stateMachineArn = arn("states", (name) => `stateMachine:${name}`);

/** What Ref and Fn::GetAtt give for each type of resource that a federation is made of. */
export const resourceNames: ReadonlyMap<string, ResourceNames> = new Map([
  [
    "AWS::IAM::ManagedPolicy",
    {
      nameProperty: "ManagedPolicyName",
      ref: arn("iam", (name) => `policy/${name}`, `:${account}`),
      attributes: new Map(),
    },
  ],
  [
    "AWS::IAM::Role",
    {
      nameProperty: "RoleName",
      ref: itself,
      attributes: new Map([["Arn", arn("iam", (name) => `role/${name}`, `:${account}`)]]),
    },
  ],
  ["AWS::KMS::Key", { ref: itself, attributes: new Map([["Arn", arn("kms", (name) => `key/${name}`)]]) }],
  [
    "AWS::Lambda::Function",
    { nameProperty: "FunctionName", ref: itself, attributes: new Map([["Arn", functionArn]]) },
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
    "AWS::S3::Bucket",
    {
      nameProperty: "BucketName",
      localName: localBucket,
      ref: itself,
      attributes: new Map([["Arn", arn("s3", itself, ":")]]),
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

import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import type { DeployedStack, LocalKey, LocalStack } from "./assembly.ts";
import { openCloudAssembly } from "./cloud-assembly.ts";
import { urlType } from "./function-url.ts";
import { Intrinsics } from "./intrinsics.ts";
import { bucketType, type DeployedAs } from "./names.ts";
import { readFunction } from "./read-function.ts";
import { readRights } from "./read-rights.ts";
import { withUrls } from "./read-urls.ts";
import { checkFunctionRoles } from "./service-roles.ts";
import { checkShape, keyProperties, type Resource, type Template } from "./template.ts";

const keyType = "AWS::KMS::Key";
const functionType = "AWS::Lambda::Function";
export const stateMachineType = "AWS::StepFunctions::StateMachine";

/** Held by the local endpoints, or guard and observe what runs without changing it. */
const knownTypes = [
  functionType,
  stateMachineType,
  bucketType,
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::KMS::Alias",
  keyType,
  "AWS::Lambda::Permission",
  urlType,
  "AWS::Logs::LogGroup",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
];

/** A stack as any account may have it, and what else its template is read by. */
export interface OpenedStack {
  readonly deployed: DeployedStack;
  readonly template: Template;
  readonly intrinsics: Intrinsics;
}

/**
 * Reads the one stack of a cloud assembly, its state machine aside.
 * @throws AssemblyUnsupported naming the resource and the property that the local endpoints have no stand-in for
 */
export function openStack(directory: string, as: Omit<DeployedAs, "stack">): OpenedStack {
  const { stack: name, template, assets } = openCloudAssembly(directory);
  checkTypes(template);
  const { account } = as;
  const intrinsics = new Intrinsics(template, { ...as, stack: name });
  const functions = ofType(template, functionType).map(([id, resource]) =>
    readFunction(id, resource, intrinsics, assets),
  );
  const rights = readRights(template, intrinsics);
  checkFunctionRoles(rights, functions);
  const deployed = {
    stack: { account, name, outputs: outputsOf(template, intrinsics) },
    buckets: ofType(template, bucketType).map(([id]) => intrinsics.nameOf(id, id)),
    keys: ofType(template, keyType).map(([id, resource]) => readKey(id, resource, intrinsics)),
    functions: withUrls(functions, template, intrinsics),
    rights,
  };
  return { deployed, template, intrinsics };
}

function readKey(id: string, { Properties }: Resource, intrinsics: Intrinsics): LocalKey {
  const { KeySpec: spec, KeyUsage: usage } = checkShape(
    id,
    keyProperties,
    intrinsics.resolve(Properties, id),
  );
  // as KMS refuses to make it: such a key has one use, and does not take it by itself
  if (spec.startsWith("HMAC_") !== (usage === "GENERATE_VERIFY_MAC")) {
    throw assemblyUnsupported(`${id}.KeyUsage: ${usage} is incompatible with KeySpec ${spec}`);
  }
  return { id: intrinsics.nameOf(id, id), arn: intrinsics.attribute(id, "Arn", id), spec, usage };
}

/** What the command line finds bucket and state machine by. */
function outputsOf({ Outputs }: Template, intrinsics: Intrinsics): LocalStack["outputs"] {
  return Object.entries(Outputs).map(([name, { Value, Description }]) => ({
    name,
    value: checkShape(`Outputs.${name}`, z.string(), intrinsics.resolve(Value, `Outputs.${name}`)),
    description: Description,
  }));
}

/** A resource of another type may be what the functions work with on AWS, so none is passed over. */
function checkTypes({ Resources }: Template): void {
  for (const [id, { Type, Condition }] of Object.entries(Resources)) {
    if (!knownTypes.includes(Type)) {
      throw assemblyUnsupported(`${id}: the local run has no stand-in for ${Type}`);
    }
    if (Condition !== undefined) {
      throw assemblyUnsupported(`${id}.Condition: the local run cannot resolve ${Condition}`);
    }
  }
}

export function ofType({ Resources }: Template, type: string): [id: string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

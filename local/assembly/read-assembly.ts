import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import type { Assembly, LocalStack } from "./assembly.ts";
import { openCloudAssembly } from "./cloud-assembly.ts";
import { Intrinsics } from "./intrinsics.ts";
import { readFunction } from "./read-function.ts";
import { readRights } from "./read-rights.ts";
import { readStateMachine } from "./read-state-machine.ts";
import { checkServiceRoles } from "./service-roles.ts";
import { checkShape, type Resource, type Template } from "./template.ts";

const bucketType = "AWS::S3::Bucket";
const functionType = "AWS::Lambda::Function";
const stateMachineType = "AWS::StepFunctions::StateMachine";

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
  "AWS::KMS::Key",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
];

/**
 * Reads a cloud assembly for the local endpoints.
 * @throws AssemblyUnsupported naming the resource and the property that they have no stand-in for
 */
export function readAssembly(directory: string, digest: string): Assembly {
  const { stack, template, assets } = openCloudAssembly(directory);
  checkTypes(template);
  const intrinsics = new Intrinsics(template, stack);
  const functions = ofType(template, functionType).map(([id, resource]) =>
    readFunction(id, resource, intrinsics, assets),
  );
  const [bucket] = onlyOne(template, bucketType);
  const stateMachine = readStateMachine(...onlyOne(template, stateMachineType), intrinsics);
  const rights = readRights(template, intrinsics);
  checkServiceRoles(rights, functions, stateMachine);
  return {
    stack: { name: stack, outputs: outputsOf(template, intrinsics) },
    bucket: intrinsics.nameOf(bucket, bucket),
    functions,
    stateMachine,
    rights,
    digest,
  };
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

function ofType({ Resources }: Template, type: string): [id: string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** The local endpoints serve one of each, and would mix two up. */
function onlyOne(template: Template, type: string): [id: string, Resource] {
  const found = ofType(template, type);
  const [one] = found;
  if (one && found.length === 1) return one;
  throw assemblyUnsupported(`the local run takes one ${type}, and the stack has ${found.length}`);
}

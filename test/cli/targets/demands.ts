import * as z from "zod";
import { actionsFor } from "../../../cli/targets/failed-request.ts";
import { compilePattern } from "../../../local/iam/pattern.ts";
import type { DeployedStatement } from "../../cdk/deployed-policy.ts";
import type { AwsRequest } from "./mocked-aws.ts";

/** What IAM decides on. */
export interface Demand {
  readonly action: string;
  readonly resource: string;
  /** The object's key, or what the listed ones begin with. */
  readonly key?: string | undefined;
}

const inputSchema = z.object({
  Bucket: z.string().optional(),
  Key: z.string().optional(),
  Prefix: z.string().optional(),
  Delete: z.object({ Objects: z.array(z.object({ Key: z.string() })) }).optional(),
  executionArn: z.string().optional(),
  stateMachineArn: z.string().optional(),
  StackName: z.string().optional(),
});

/** The permissions that error messages name for a request, each on what AWS's service authorization reference says. */
export function demandsOf(request: AwsRequest): Demand[] {
  const { Bucket, Key, Prefix, Delete, ...others } = inputSchema.parse(request.input);
  const actions = actionsFor(request);
  if (!actions) throw new Error(`what ${request.command} of ${request.client} takes is not known`);
  const bucket = `arn:aws:s3:::${Bucket}`;
  return actions.flatMap((action): Demand[] => {
    if (action === "s3:ListBucket") return [{ action, resource: bucket, key: Prefix ?? Key }];
    if (action === "s3:ListBucketMultipartUploads") return [{ action, resource: bucket }];
    if (!action.startsWith("s3:")) return [{ action, resource: placeOf(others) }];
    const objects = Delete?.Objects.map((one) => one.Key) ?? [Key];
    return objects.map((key) => ({ action, resource: `${bucket}/${key}`, key }));
  });
}

function placeOf({ executionArn, stateMachineArn, StackName }: z.output<typeof inputSchema>): string {
  const stack = `arn:aws:cloudformation:eu-central-1:123456789012:stack/${StackName}/1f2e3d4c`;
  return executionArn ?? stateMachineArn ?? stack;
}

/** One thing that a policy grants: an action on a resource, and of a list what it may begin with. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  readonly prefix?: string;
}

export function grantsOf(statements: readonly DeployedStatement[]): Grant[] {
  return statements.flatMap(({ Action, Resource, Condition }) =>
    Action.flatMap((action) =>
      Resource.flatMap((resource): Grant[] => {
        const prefixes = Condition?.StringLike["s3:prefix"];
        return prefixes?.map((prefix) => ({ action, resource, prefix })) ?? [{ action, resource }];
      }),
    ),
  );
}

export const covers = ({ action, resource, prefix }: Grant, demand: Demand): boolean =>
  action === demand.action &&
  matches(resource, demand.resource) &&
  (prefix === undefined || (demand.key !== undefined && matches(prefix, demand.key)));

const matches = (pattern: string, text: string) =>
  compilePattern(pattern, (what) => new Error(what)).matches(text, {});

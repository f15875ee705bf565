import type { LocalStack } from "../assembly/assembly.ts";
import { account, region } from "../assembly/names.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { type QueryAccess, QueryError, queryApi } from "../endpoint/query-api.ts";
import type { AccessRequest } from "../iam/access-control.ts";
import { branch, leaf } from "../s3/xml.ts";

export interface LocalCloudFormation {
  readonly handle: Service;
  close(): Promise<void>;
}

/**
 * CloudFormation on this machine, as far as it takes to ask what a stack put out: DescribeStacks by the AWS Query
 * protocol, of the one stack that the assembly holds.
 */
export async function openCloudFormation(
  stack: LocalStack,
  access: QueryAccess,
): Promise<LocalCloudFormation> {
  const createdAt = new Date();
  const service = {
    name: "cloudformation",
    namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    operations: {
      DescribeStacks: (form: URLSearchParams) => [branch("Stacks", ...stacksFor(form, stack, createdAt))],
    },
    permissionOf,
  };
  const api = queryApi(service, access);
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

/** On a stack by its name, whatever its id; on all where none is named. */
function permissionOf(action: string, form: URLSearchParams): AccessRequest {
  const name = form.get("StackName");
  const arn = name?.startsWith("arn:") ? name : `arn:aws:cloudformation:${region}:${account}:stack/${name}/*`;
  return { action: `cloudformation:${action}`, resource: name === null ? "*" : arn };
}

function stacksFor(form: URLSearchParams, stack: LocalStack, createdAt: Date): string[] {
  const asked = form.get("StackName");
  const id = `arn:aws:cloudformation:${region}:${account}:stack/${stack.name}/local`;
  if (asked !== null && asked !== stack.name && asked !== id) {
    throw new QueryError("ValidationError", `Stack with id ${asked} does not exist`);
  }
  const outputs = stack.outputs.map(({ name, value, description }) =>
    branch("member", leaf("OutputKey", name), leaf("OutputValue", value), leaf("Description", description)),
  );
  return [
    branch(
      "member",
      leaf("StackId", id),
      leaf("StackName", stack.name),
      leaf("CreationTime", createdAt.toISOString()),
      leaf("StackStatus", "CREATE_COMPLETE"),
      branch("Outputs", ...outputs),
    ),
  ];
}

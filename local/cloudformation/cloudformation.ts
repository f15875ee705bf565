import type { IncomingMessage } from "node:http";
import type { LocalStack } from "../assembly/assembly.ts";
import { region } from "../assembly/names.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { type QueryAccess, QueryError, queryApi } from "../endpoint/query-api.ts";
import type { AccessRequest } from "../iam/access-control.ts";
import { identityOf } from "../iam/requester.ts";
import { branch, leaf } from "../s3/xml.ts";

export interface LocalCloudFormation {
  readonly handle: Service;
  close(): Promise<void>;
}

/**
 * CloudFormation on this machine, as far as it takes to ask what a stack put out: DescribeStacks by the AWS Query
 * protocol, of those that the account has from which somebody asks.
 */
export async function openCloudFormation(
  stacks: readonly LocalStack[],
  access: QueryAccess,
): Promise<LocalCloudFormation> {
  const createdAt = new Date();
  const service = {
    name: "cloudformation",
    namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    operations: {
      DescribeStacks: (form: URLSearchParams, message: IncomingMessage) => [
        branch("Stacks", ...asked(form, message, stacks).map((stack) => describe(stack, createdAt))),
      ],
    },
    permissionOf,
  };
  const api = queryApi(service, access);
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

/** On a stack by its name, whatever its id; on all where none is named. */
function permissionOf(action: string, form: URLSearchParams, message: IncomingMessage): AccessRequest {
  const { account } = identityOf(message);
  const name = form.get("StackName");
  const arn = name?.startsWith("arn:") ? name : `arn:aws:cloudformation:${region}:${account}:stack/${name}/*`;
  return { action: `cloudformation:${action}`, resource: name === null ? "*" : arn };
}

function asked(form: URLSearchParams, message: IncomingMessage, stacks: readonly LocalStack[]): LocalStack[] {
  const { account } = identityOf(message);
  const own = stacks.filter((stack) => stack.account === account);
  const name = form.get("StackName");
  if (name === null) return own;
  const found = own.filter((stack) => stack.name === name || idOf(stack) === name);
  if (found.length > 0) return found;
  throw new QueryError("ValidationError", `Stack with id ${name} does not exist`);
}

const idOf = ({ account, name }: LocalStack) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/local`;

function describe(stack: LocalStack, createdAt: Date): string {
  const outputs = stack.outputs.map(({ name, value, description }) =>
    branch("member", leaf("OutputKey", name), leaf("OutputValue", value), leaf("Description", description)),
  );
  return branch(
    "member",
    leaf("StackId", idOf(stack)),
    leaf("StackName", stack.name),
    leaf("CreationTime", createdAt.toISOString()),
    leaf("StackStatus", "CREATE_COMPLETE"),
    branch("Outputs", ...outputs),
  );
}

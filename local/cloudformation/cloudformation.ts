import Fastify, { type FastifyInstance } from "fastify";
import type { LocalStack } from "../assembly/assembly.ts";
import { account, region } from "../assembly/names.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { queryError } from "../endpoint/refusal.ts";
import { AccessControl, type AccessRequest } from "../iam/access-control.ts";
import { denialSentence } from "../iam/decision.ts";
import { branch, leaf } from "../s3/xml.ts";

export interface LocalCloudFormation {
  readonly handle: Service;
  close(): Promise<void>;
}

const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/** A refusal in the service's terms. */
class Refusal extends Error {
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

/**
 * CloudFormation on this machine, as far as it takes to ask what a stack put out: DescribeStacks by the AWS Query
 * protocol, of the one stack that the assembly holds.
 */
export async function openCloudFormation(
  stack: LocalStack,
  access = new AccessControl(),
): Promise<LocalCloudFormation> {
  const api = queryApi(stack, new Date(), access);
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

/** AWS Query: every operation is a form that is posted to /, named by its field Action. */
function queryApi(stack: LocalStack, createdAt: Date, access: AccessControl): FastifyInstance {
  const api = Fastify();
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  api.setErrorHandler((error: Error, request, reply) => {
    const refused = error instanceof Refusal;
    const [status, type, code] = refused
      ? ([error.status, "Sender", error.name] as const)
      : ([500, "Receiver", "InternalFailure"] as const);
    return reply
      .code(status)
      .type("text/xml")
      .send(queryError(type, code, error.message, request.id));
  });
  api.post("/", async (request, reply) => {
    const form = new URLSearchParams(String(request.body ?? ""));
    const denial = access.denialOf(request.raw, permissionOf(form));
    if (denial) throw new Refusal("AccessDenied", denialSentence(denial), 403);
    const answer = branch("DescribeStacksResult", branch("Stacks", ...stacksFor(form, stack, createdAt)));
    return reply
      .type("text/xml")
      .send(xml("DescribeStacksResponse", answer, branch("ResponseMetadata", leaf("RequestId", request.id))));
  });
  return api;
}

/** On a stack by its name, whatever its id; on all where none is named. */
function permissionOf(form: URLSearchParams): AccessRequest {
  const name = form.get("StackName");
  const arn = name?.startsWith("arn:") ? name : `arn:aws:cloudformation:${region}:${account}:stack/${name}/*`;
  return { action: `cloudformation:${form.get("Action")}`, resource: name === null ? "*" : arn };
}

function stacksFor(form: URLSearchParams, stack: LocalStack, createdAt: Date): string[] {
  const action = form.get("Action");
  if (action !== "DescribeStacks") {
    throw new Refusal("InvalidAction", `Could not find operation ${action}; there is DescribeStacks`);
  }
  const asked = form.get("StackName");
  const id = `arn:aws:cloudformation:${region}:${account}:stack/${stack.name}/local`;
  if (asked !== null && asked !== stack.name && asked !== id) {
    throw new Refusal("ValidationError", `Stack with id ${asked} does not exist`);
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

function xml(name: string, ...children: readonly string[]): string {
  return `<${name} xmlns="${namespace}">${children.join("")}</${name}>`;
}

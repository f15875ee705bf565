import Fastify, { type FastifyInstance } from "fastify";
import { portTaken } from "../../shared/errors.ts";
import type { LocalStack } from "../assembly/assembly.ts";
import { account, region } from "../assembly/names.ts";
import { branch, leaf } from "../s3/xml.ts";

export interface CloudFormationOptions {
  readonly stack: LocalStack;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface CloudFormationEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/** A refusal in the service's terms. */
class Refusal extends Error {
  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

/**
 * CloudFormation on this machine, as far as it takes to ask what a stack put out: DescribeStacks by the AWS Query
 * protocol, of the one stack that the assembly holds.
 * @throws PortTaken
 */
export async function startCloudFormation({
  stack,
  port,
}: CloudFormationOptions): Promise<CloudFormationEndpoint> {
  const api = queryApi(stack, new Date());
  try {
    return { url: await api.listen({ host: "127.0.0.1", port }), close: () => api.close() };
  } catch (error) {
    await api.close();
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw portTaken(`Port ${port} for the local CloudFormation endpoint is taken: choose another one`);
    }
    throw error;
  }
}

/** AWS Query: every operation is a form that is posted to /, named by its field Action. */
function queryApi(stack: LocalStack, createdAt: Date): FastifyInstance {
  const api = Fastify({ forceCloseConnections: true, keepAliveTimeout: 0 });
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  api.setErrorHandler((error: Error, request, reply) => {
    const refused = error instanceof Refusal;
    const described = [
      leaf("Type", refused ? "Sender" : "Receiver"),
      leaf("Code", refused ? error.name : "InternalFailure"),
      leaf("Message", error.message),
    ];
    return reply
      .code(refused ? 400 : 500)
      .type("text/xml")
      .send(xml("ErrorResponse", branch("Error", ...described), leaf("RequestId", request.id)));
  });
  api.post("/", async (request, reply) => {
    const form = new URLSearchParams(String(request.body ?? ""));
    const answer = branch("DescribeStacksResult", branch("Stacks", ...stacksFor(form, stack, createdAt)));
    return reply
      .type("text/xml")
      .send(xml("DescribeStacksResponse", answer, branch("ResponseMetadata", leaf("RequestId", request.id))));
  });
  return api;
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

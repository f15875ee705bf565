import Fastify, { type FastifyInstance } from "fastify";
import type { LocalStateMachine } from "../assembly/assembly.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { requireSignature } from "../endpoint/require-signature.ts";
import { AccessControl } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import { denialSentence } from "../iam/decision.ts";
import { identityOf } from "../iam/requester.ts";
import type { Credentials } from "../iam/signature/signature.ts";
import { ApiError } from "./api-error.ts";
import { executionStarter } from "./execution-starter.ts";
import { ExecutionStore } from "./execution-store.ts";
import { Executions, type Unkept } from "./executions.ts";
import { lambdaInvoker } from "./lambda-invoker.ts";
import { objectPutter } from "./object-putter.ts";
import { operations } from "./operations.ts";
import { permissionOf } from "./permissions.ts";
import { loadWorkflow } from "./program.ts";
import { RoleSessions } from "./role-sessions.ts";
import { SignedClient } from "./signed-client.ts";
import type { StatesOperation } from "./states-operation.ts";
import { TaskTokens } from "./task-tokens.ts";

export interface StepFunctionsOptions {
  readonly stateMachine: LocalStateMachine;
  /** Tells who asks. */
  readonly authenticator: Authenticator;
  /** Decides who may do what; by default only administrators may do anything. */
  readonly access?: AccessControl;
  /** Where Task states invoke their functions, start executions and put objects. */
  readonly endpointUrl: string;
  /** Of the state machine's role, as they are now. */
  readonly credentials: () => Credentials;
  /** Keeps the executions and their histories. */
  readonly directory: string;
  /** Retries wait for milliseconds, whatever the definition says; for tests. */
  readonly fastRetries?: boolean;
  /** Told where the end of an execution could not be written. */
  readonly unkept?: Unkept;
}

/** What an execution took of AWS's limits, 25,000 events and 262,144 bytes, and the transitions AWS would bill. */
export interface ExecutionUsage {
  readonly events: number;
  readonly largestPayloadBytes: number;
  readonly transitions: number;
}

export interface LocalStepFunctions {
  readonly handle: Service;
  /** Undefined for an execution that was not started here. */
  usage(executionArn: string): ExecutionUsage | undefined;
  /** Aborts what still runs, and returns once that is on disk. */
  close(): Promise<void>;
}

/** HTTP status of a refusal by its name. */
const statuses: ReadonlyMap<string, number> = new Map([
  ["InternalFailure", 500],
  ["RequestEntityTooLargeException", 413],
]);
const statusOf = (name: string): number => statuses.get(name) ?? 400;

const target = "AWSStepFunctions.";
const contentType = "application/x-amz-json-1.0";

/** AWS JSON 1.0: every operation is a POST to /, named by X-Amz-Target. */
function jsonApi(
  answers: Readonly<Record<string, StatesOperation>>,
  authenticator: Authenticator,
  access: AccessControl,
): FastifyInstance {
  const api = Fastify({ bodyLimit: 4 * 1024 * 1024 });
  requireSignature(api, authenticator, "states");
  api.setErrorHandler((error: Error, _request, reply) => {
    const { name, message } = ApiError.of(error);
    return reply
      .code(statusOf(name))
      .type(contentType)
      .send(JSON.stringify({ __type: name, message }));
  });
  api.post("/", async (request, reply) => {
    const named = String(request.headers["x-amz-target"] ?? "");
    const operation = named.startsWith(target) ? named.slice(target.length) : "";
    const answer = answers[operation];
    if (answer === undefined) {
      const known = Object.keys(answers).join(", ");
      throw new ApiError(
        "UnknownOperationException",
        `${named || "A request without X-Amz-Target"} is not one of ${known}`,
      );
    }
    const bytes = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : "{}";
    const asked: unknown = JSON.parse(bytes.toString());
    const denial = access.denialOf(request.raw, permissionOf(operation, asked));
    if (denial) throw new ApiError("AccessDeniedException", denialSentence(denial));
    return reply.type(contentType).send(JSON.stringify(await answer(asked, identityOf(request.raw).account)));
  });
  return api;
}

/** Step Functions on this machine, for one state machine, executed by the aws-local-stepfunctions package. */
export async function openStepFunctions(options: StepFunctionsOptions): Promise<LocalStepFunctions> {
  const { stateMachine, endpointUrl, credentials, directory, fastRetries, unkept = () => {} } = options;
  const { authenticator, access = new AccessControl() } = options;
  const workflow = { ...loadWorkflow(stateMachine.definition), fastRetries };
  const executions = new Executions(await ExecutionStore.open(directory), unkept);
  const client = new SignedClient(endpointUrl, credentials);
  const { arn, name, described } = stateMachine;
  const sessions = new RoleSessions(client, { arn, name, roleArn: described.roleArn }, servicesOf);
  const as = (roleArn: string) => sessions.as(roleArn);
  const services = { ...servicesOf(client), as, tokens: new TaskTokens() };
  const startedAt = Date.now() / 1000;
  const answers = operations({ stateMachine, workflow, executions, services, startedAt });
  const api = jsonApi(answers, authenticator, access);
  await api.ready();
  return {
    handle: api.routing,
    usage: (arn) => usageOf(executions, arn),
    async close() {
      await executions.close();
      await api.close();
      client.close();
    },
  };
}

const servicesOf = (client: SignedClient) => ({
  invoke: lambdaInvoker(client),
  start: executionStarter(client),
  put: objectPutter(client),
});

function usageOf(executions: Executions, arn: string): ExecutionUsage | undefined {
  const record = executions.own(arn);
  if (record === undefined) return undefined;
  const { events, largestPayloadBytes, transitions } = record;
  return { events, largestPayloadBytes, transitions };
}

import type { LocalStateMachine } from "../assembly/assembly.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { jsonApi } from "../endpoint/json-api.ts";
import { AccessControl } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import type { Credentials } from "../iam/signature/signature.ts";
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
  const api = jsonApi(
    {
      name: "states",
      target: "AWSStepFunctions",
      version: "1.0",
      operations: operations({ stateMachine, workflow, executions, services, startedAt }),
      permissionOf,
    },
    { authenticator, access },
  );
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

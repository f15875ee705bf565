import { randomUUID } from "node:crypto";
import { z } from "zod";
import { maxPayloadBytes } from "../../cloud/quotas.ts";
import type { LocalStateMachine } from "../assembly/assembly.ts";
import { ApiError } from "../endpoint/api-error.ts";
import type { JsonOperation } from "../endpoint/json-api.ts";
import { accountOfArn } from "../iam/arn.ts";
import { checkArn } from "./arn.ts";
import { executionArn, nameProblem } from "./execution-name.ts";
import type { ExecutionRecord } from "./execution-store.ts";
import type { Executions } from "./executions.ts";
import { bytesOf, type HistoryEvent } from "./history.ts";
import { pageOf, paging } from "./paging.ts";
import type { Workflow } from "./program.ts";
import type { MachineServices } from "./service-call.ts";
import { tokenOperations } from "./token-operations.ts";

export interface OperationsOptions {
  readonly stateMachine: LocalStateMachine;
  readonly workflow: Workflow;
  readonly executions: Executions;
  /** What executions ask, as the state machine's role. */
  readonly services: MachineServices;
  readonly startedAt: number;
}

const ofExecution = z.object({ executionArn: z.string() });
const stop = ofExecution.extend({ error: z.string().optional(), cause: z.string().optional() });
const historyOf = ofExecution.extend({
  ...paging,
  reverseOrder: z.boolean().default(false),
  includeExecutionData: z.boolean().default(true),
});
const ofMachine = z.object({ stateMachineArn: z.string() });
const start = ofMachine.extend({ name: z.string().optional(), input: z.string().default("{}") });
const statuses = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"] as const;
const list = ofMachine.extend({ ...paging, statusFilter: z.enum(statuses).optional() });

/** Inputs and outputs, which GetExecutionHistory leaves out on request; names and errors stay. */
const data = new Set(["input", "output", "parameters", "inputDetails", "outputDetails"]);

const withoutData = (event: HistoryEvent): object =>
  JSON.parse(JSON.stringify(event), (key, value) => (data.has(key) ? undefined : value));

const eventKey = ({ id }: HistoryEvent) => String(id);
const executionKey = ({ executionArn }: ExecutionRecord) => executionArn;

const included = { included: true };

function described({ events, largestPayloadBytes, transitions, owner, ...record }: ExecutionRecord) {
  return {
    ...record,
    inputDetails: included,
    ...(record.output === undefined ? {} : { outputDetails: included }),
    redriveCount: 0,
    redriveStatus: "NOT_REDRIVABLE",
  };
}

function checkInput(input: string): void {
  if (bytesOf(input) > maxPayloadBytes) {
    throw new ApiError("ValidationException", `The input exceeds ${maxPayloadBytes} bytes`);
  }
  try {
    JSON.parse(input);
  } catch (error) {
    throw new ApiError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${error}'`);
  }
}

/** What the endpoint answers, by the operation's name. */
export function operations(options: OperationsOptions): Readonly<Record<string, JsonOperation>> {
  const { stateMachine, workflow, executions, services, startedAt } = options;

  const machine = (arn: string): void => {
    checkArn(arn, "stateMachine");
    if (arn === stateMachine.arn) return;
    throw new ApiError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  };
  const execution = async (arn: string): Promise<ExecutionRecord> => {
    checkArn(arn, "execution");
    const found = await executions.get(arn);
    if (found !== undefined) return found;
    throw new ApiError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };
  const summary = {
    stateMachineArn: stateMachine.arn,
    name: stateMachine.name,
    type: "STANDARD",
    creationDate: startedAt,
  };

  return {
    async StartExecution(request) {
      const { stateMachineArn, name = randomUUID(), input } = start.parse(request);
      machine(stateMachineArn);
      const problem = nameProblem(name);
      if (problem !== undefined) throw new ApiError("InvalidName", `Invalid Name: '${name}' ${problem}`);
      checkInput(input);
      const arn = executionArn(stateMachineArn, name);
      // who asks the same thing twice gets the same answer; one that another process runs ends with that
      const running = executions.own(arn);
      const started =
        running?.status === "RUNNING" && running.input === input
          ? running
          : await executions.start(stateMachine, workflow, name, input, services);
      if (!started) throw new ApiError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
      return { executionArn: arn, startDate: started.startDate };
    },
    async StopExecution(request) {
      const { executionArn, error, cause } = stop.parse(request);
      const { status, owner } = await execution(executionArn);
      if (!(await executions.stop(executionArn, error, cause)) && status === "RUNNING") {
        throw new ApiError("ConflictException", `It runs in process ${owner?.pid}, with which it ends`);
      }
      return { stopDate: (await execution(executionArn)).stopDate };
    },
    async DescribeExecution(request) {
      return described(await execution(ofExecution.parse(request).executionArn));
    },
    async GetExecutionHistory(request) {
      const { executionArn, reverseOrder, includeExecutionData, ...page } = historyOf.parse(request);
      await execution(executionArn);
      const all = await executions.history(executionArn);
      const listing = { items: reverseOrder ? all.toReversed() : all, keyOf: eventKey };
      const { items, nextToken } = pageOf(listing, page);
      return { events: includeExecutionData ? items : items.map(withoutData), nextToken };
    },
    async ListExecutions(request) {
      const { stateMachineArn, statusFilter, ...page } = list.parse(request);
      machine(stateMachineArn);
      const matches = ({ status }: ExecutionRecord) => (statusFilter ?? status) === status;
      const listing = { items: await executions.list(stateMachineArn), keyOf: executionKey, matches };
      const { items, nextToken } = pageOf(listing, page);
      return {
        executions: items.map(({ executionArn, name, status, startDate, stopDate }) => ({
          executionArn,
          stateMachineArn,
          name,
          status,
          startDate,
          stopDate,
        })),
        nextToken,
      };
    },
    async DescribeStateMachine(request) {
      machine(ofMachine.parse(request).stateMachineArn);
      const definition = JSON.stringify(stateMachine.definition);
      return { ...summary, ...stateMachine.described, status: "ACTIVE", definition };
    },
    async ListStateMachines(_request, account) {
      return { stateMachines: accountOfArn(stateMachine.arn) === account ? [summary] : [] };
    },
    ...tokenOperations(services.tokens, stateMachine.arn),
  };
}

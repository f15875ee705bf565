import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { followRun } from "../../cli/run/follow.ts";
import { startRun } from "../../cli/run/launch.ts";
import { resumeRun } from "../../cli/run/resume.ts";
import type { Target } from "../../cli/targets/target.ts";
import type { Injection } from "../../local/chaos/journal.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { mostRecordBytes } from "../../shared/workflow/record-size.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { type RunHistory, readHistory } from "./history.ts";
import { predict } from "./prediction.ts";
import type { Situation } from "./situation.ts";

/** What the runs of one emulator share. */
export interface Stage {
  readonly target: Target;
  readonly dataset: DatasetRecord;
  /** The plan of a run while it lasts; the emulator asks here. */
  readonly plans: Map<string, Situation["plan"]>;
  readonly injections: readonly Injection[];
  /** Bits of undisturbed runs, by configuration. */
  readonly references: Map<string, Promise<Bits>>;
}

type Bits = string;

/** How a run ended that somebody disturbed. */
export interface Trial {
  readonly situation: Situation;
  readonly injected: readonly Injection[];
  readonly outcome: "undisturbed bits" | "went on without silent clients" | "failed, and was resumed";
  /** The name that it failed by. */
  readonly error?: string;
  /** What is not as it has to be: none, unless something is wrong with fedstep. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

const unwatched = { round() {}, epoch() {} };

/** Runs a situation, holds what came of it against what has to, and resumes it without faults where it failed. */
export async function tryOut(stage: Stage, situation: Situation): Promise<Trial> {
  const start = performance.now();
  const { target, plans, dataset } = stage;
  const { run, config, strategy } = situation;
  const reference = await referenceOf(stage, situation);
  const { errors, silent } = predict(situation);
  const problems: string[] = [];

  plans.set(run, situation.plan);
  const first = await startRun(target, run, config, dataset);
  const ended = await endOf(target, run, first);
  plans.delete(run);
  const error = "error" in ended ? ended.error : undefined;
  if (error === undefined ? errors.size > 0 : !errors.has(error)) {
    problems.push(`ended with ${error ?? "success"}, expected ${[...errors].join(" or ") || "success"}`);
  }
  const history = await readHistory(target.objects, run, strategy === "FedAvg");
  problems.push(...history.problems, ...silenceProblems(history, silent));

  let result = "result" in ended ? ended.result : undefined;
  let rounds = history.rounds;
  if (result === undefined) {
    const resumed = await resume(target, run);
    if ("error" in resumed) problems.push(`resumed, it ended with ${resumed.error}`);
    else result = resumed.result;
    const after = await readHistory(target.objects, run, strategy === "FedAvg");
    problems.push(...after.problems, ...openedOnceProblems(history, after, error, silent));
    rounds = after.rounds;
  }
  const complete = rounds.every((round) => round.silent.length === 0);
  if (result && complete && bitsOf(result) !== reference) problems.push("has other bits");
  return {
    situation,
    injected: stage.injections.filter(({ event }) => event.run === run),
    outcome:
      error !== undefined
        ? "failed, and was resumed"
        : complete
          ? "undisturbed bits"
          : "went on without silent clients",
    ...(error !== undefined && { error }),
    problems,
    seconds: (performance.now() - start) / 1000,
  };
}

/** Those who are left out are those whose faults no repetition cured, each with its cause. */
function silenceProblems(
  { rounds }: RunHistory,
  expected: ReadonlyMap<number, ReadonlySet<number>>,
): readonly string[] {
  return rounds.flatMap(({ round, silent }) => {
    const found = silent.map(({ client }) => client).join();
    const due = [...(expected.get(round) ?? [])].join();
    const nameless = silent.filter(({ error, cause }) => !knownCauses.test(error) || cause === "");
    return [
      ...(found === due ? [] : [`round ${round}: silent are ${found || "none"}, expected ${due || "none"}`]),
      ...nameless.map(({ client, error }) => `round ${round}: client ${client} is silent by "${error}"`),
    ];
  });
}

/**
 * Of a round whose masks were opened before its updates were lost, the helpers answer for no other clients when it is made again:
 * who was silent then is not in it, though it has reported meanwhile.
 */
function openedOnceProblems(
  before: RunHistory,
  after: RunHistory,
  error: string | undefined,
  expected: ReadonlyMap<number, ReadonlySet<number>>,
): readonly string[] {
  if (error !== "MaskedUpdateLost") return [];
  const round = before.rounds.length + 1;
  const found = after.rounds.find((one) => one.round === round)?.silent.map(({ client }) => client) ?? [];
  const due = [...(expected.get(round) ?? [])];
  if (found.join() === due.join()) return [];
  return [
    `round ${round}, made again: without ${found.join() || "nobody"}, expected ${due.join() || "nobody"}`,
  ];
}

const knownCauses =
  /^(Runtime\.ExitError|Sandbox\.Timedout|Lambda\.TooManyRequestsException|StorageUnavailable|UpdateInvalid|ObjectInvalid|ObjectMissing)$/;

async function referenceOf(
  stage: Stage,
  { run, strategy, rounds, masked, reference }: Situation,
): Promise<Bits> {
  // behind masks every run has a start of its own
  const name = masked ? `undisturbed-${run}` : `undisturbed-${strategy}-${rounds}`;
  const known = stage.references.get(name) ?? undisturbed(stage, name, reference);
  stage.references.set(name, known);
  return known;
}

async function undisturbed({ target, dataset }: Stage, name: string, config: Situation["config"]) {
  const ended = await endOf(target, name, await startRun(target, name, config, dataset));
  if ("error" in ended) throw new Error(`the undisturbed run ${name} failed: ${ended.error}`);
  return bitsOf(ended.result);
}

const bitsOf = ({ federated, baseline }: Result): Bits =>
  JSON.stringify([
    federated.weightsSha256,
    federated.rounds.map(({ accuracy, loss }) => [accuracy, loss]),
    baseline?.weightsSha256,
  ]);

type End = { readonly result: Result } | { readonly error: string };

async function endOf(target: Target, run: string, executionArn: string): Promise<End> {
  try {
    return { result: await followRun(target, run, executionArn, unwatched, AbortSignal.timeout(300_000)) };
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    const { error: name } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
    return { error: name ?? error.name };
  }
}

/** A run that failed behind its result has it already. */
async function resume(target: Target, run: string): Promise<End> {
  try {
    return await endOf(target, run, (await resumeRun(target, { run })).execution);
  } catch (error) {
    if (!(error instanceof FedstepError) || error.name !== "RunFinished") throw error;
    await target.objects.get(keys.report(run), mostRecordBytes);
    return { result: await target.objects.getRecord(keys.result(run), resultRecord) };
  }
}

import { maxInlineIterations } from "../../cloud/quotas.ts";
import type { StateDefinition } from "./definition.ts";
import { failureOf, runtimeFailure } from "./failures.ts";
import type { ExecutionHistory } from "./history.ts";
import { type Context, evaluatePath, evaluateTemplate, type Json } from "./library.ts";
import type { Program } from "./program.ts";
import { abandon, newScope, type Scope } from "./scope.ts";

/** Runs a branch or an iteration. Throws a StateFailure. */
export type RunBelow = (program: Program, input: Json, scope: Scope) => Promise<Json>;

/** A Map or Parallel state that has been entered. */
export interface Fanning {
  readonly name: string;
  readonly state: StateDefinition;
  /** Its branches, or what each iteration runs. */
  readonly nested: readonly Program[];
  readonly input: Json;
  readonly scope: Scope;
}

/** The runs within a Map or Parallel state. */
interface Fan {
  readonly type: "Map" | "Parallel";
  readonly count: number;
  readonly atOnce: number;
  readonly startedDetails: object;
  context(index: number): Context;
  run(index: number, child: Scope): Promise<Json>;
  /** What the history says of each run, which it does of iterations and not of branches. */
  mark(child: Scope, what: "Started" | "Succeeded" | "Failed" | "Aborted", index: number): void;
}

/** Takes indices in order, so many at once, until a step fails. */
async function eachAtOnce(
  count: number,
  atOnce: number,
  step: (index: number) => Promise<Json>,
): Promise<Json[]> {
  const results: Json[] = new Array(count).fill(null);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await step(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
  return results;
}

/** The first failure fails the state, under its own name, and gives up the runs beside it. */
async function together(history: ExecutionHistory, fan: Fan, scope: Scope): Promise<Json[]> {
  history.add(scope, `${fan.type}StateStarted`, fan.startedDetails);
  const started = scope.previous;
  const running = new Map<Scope, number>();
  const step = async (index: number): Promise<Json> => {
    const child = newScope(fan.context(index), started);
    scope.children.add(child);
    running.set(child, index);
    fan.mark(child, "Started", index);
    try {
      const output = await fan.run(index, child);
      fan.mark(child, "Succeeded", index);
      scope.previous = child.previous;
      return output;
    } catch (error) {
      if (!child.abandoned) fan.mark(child, "Failed", index);
      throw error;
    } finally {
      running.delete(child);
      scope.children.delete(child);
    }
  };
  try {
    const results = await eachAtOnce(fan.count, fan.atOnce, step);
    history.add(scope, `${fan.type}StateSucceeded`);
    return results;
  } catch (error) {
    if (scope.abandoned) throw error;
    for (const [child, index] of running) {
      abandon(child);
      fan.mark(child, "Aborted", index);
    }
    history.add(scope, `${fan.type}StateFailed`);
    throw error;
  }
}

function branches(run: RunBelow, { nested: programs, input, scope }: Fanning): Fan {
  const branchOf = (index: number): Program => {
    const program = programs[index];
    if (program === undefined) throw runtimeFailure(`there is no branch ${index}`);
    return program;
  };
  return {
    type: "Parallel",
    count: programs.length,
    atOnce: programs.length,
    startedDetails: {},
    context: () => scope.context,
    run: (index, child) => run(branchOf(index), input, child),
    mark: () => {},
  };
}

async function iterations(
  history: ExecutionHistory,
  run: RunBelow,
  program: Program,
  { name, state, input, scope }: Fanning,
): Promise<Fan> {
  const read = (field: string): Promise<Json> => evaluatePath(state[field], input, scope.context);
  const items = state.ItemsPath === undefined ? input : await read("ItemsPath");
  if (!Array.isArray(items)) throw runtimeFailure(`The items of the Map state '${name}' are not an array`);
  const asked =
    state.MaxConcurrencyPath === undefined ? state.MaxConcurrency : await read("MaxConcurrencyPath");
  const selector = state.ItemSelector ?? state.Parameters;
  const item = (index: number): Json => items[index] ?? null;
  return {
    type: "Map",
    count: items.length,
    // 0 stands for no limit of the state's own
    atOnce: Math.min(Number(asked ?? 0) || maxInlineIterations, maxInlineIterations),
    startedDetails: { mapStateStartedEventDetails: { length: items.length } },
    context: (index) => ({ ...scope.context, Map: { Item: { Index: index, Value: item(index) } } }),
    async run(index, child) {
      const selected =
        selector === undefined ? item(index) : await evaluateTemplate(selector, input, child.context);
      return run(program, selected, child);
    },
    mark: (child, what, index) =>
      history.add(child, `MapIteration${what}`, {
        [`mapIteration${what}EventDetails`]: { name, index },
      }),
  };
}

/** Runs the branches of a Parallel or the iterations of a Map, and returns their outputs in order. */
export async function fanOut(history: ExecutionHistory, run: RunBelow, fanning: Fanning): Promise<Json> {
  const { state, nested, scope } = fanning;
  const [first] = nested;
  try {
    const fan =
      state.Type === "Map" && first !== undefined
        ? await iterations(history, run, first, fanning)
        : branches(run, fanning);
    return await together(history, fan, scope);
  } catch (error) {
    throw failureOf(error);
  }
}

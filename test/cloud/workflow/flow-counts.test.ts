import { describe, expect, test } from "vitest";
import { definitionAlone, marks } from "../../../cdk/workflow/counted.ts";
import { plannedCounts, transitionsOf } from "../../../cloud/cost/run-counts.ts";
import { historyEvents } from "../../../cloud/limits/history.ts";
import { flowCounts } from "../../../cloud/workflow/counts.generated.ts";
import type { Flow, State } from "../../../cloud/workflow/definition.ts";
import { countFlow, type FlowCounts } from "../../../cloud/workflow/flow-counts.ts";
import { shortestWay } from "../../../cloud/workflow/way.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const definition = definitionAlone();
const namesOf = (through: Record<string, number>, flow = definition) =>
  shortestWay(flow, through).map(({ name }) => name);

test("what is generated is what the definition says, and by hand", () => {
  expect(flowCounts).toEqual(countFlow(definition, marks));
  expect(flowCounts).toEqual({
    // started and succeeded; IsContinued, Train, both branches' Choices and last Passes, IsRunDone
    execution: { events: 2 + 5 * 2 + 4 + 2, transitions: 7 },
    prepare: { events: 5, transitions: 1 },
    // Round, AggregateRound, IsFederationDone
    round: { events: 4 + 5 + 2, transitions: 3 },
    participant: { events: 2 + 5, transitions: 1 },
    silent: { events: 2, transitions: 1 },
    // the same with another Map
    ownersRound: { events: 4 + 5 + 2, transitions: 3 },
    // IsOwner, WaitForOwner, which is submitted too
    owner: { events: 2 + 2 + 6, transitions: 2 },
    silentOwner: { events: 2, transitions: 1 },
    // IsOwner, TrainInAccount
    account: { events: 2 + 2 + 5, transitions: 2 },
    silentAccount: { events: 2, transitions: 1 },
    // IsOwner, TrainSimulated
    beside: { events: 2 + 2 + 5, transitions: 2 },
    // RoundWithMasks, EachHelper, AggregateRound, IsFederationDone
    maskedRound: { events: 2 * 4 + 5 + 2, transitions: 4 },
    masked: { events: 2 + 5, transitions: 1 },
    opening: { events: 2 + 5, transitions: 1 },
    // RoundWithMaskedOwners, EachHelperInAccount, EachOwnerHelper, AggregateRound, IsFederationDone
    maskedOwnersRound: { events: 3 * 4 + 5 + 2, transitions: 5 },
    // WaitForOpening, which is submitted too
    ownersOpening: { events: 2 + 6, transitions: 1 },
    openingInAccount: { events: 2 + 5, transitions: 1 },
    silentHelper: { events: 2, transitions: 1 },
    map: { events: 4, transitions: 1 },
    // TrainBaseline, IsBaselineDone
    baseline: { events: 5 + 2, transitions: 2 },
    continue: { events: 5, transitions: 1 },
    finish: { events: 5, transitions: 1 },
  });
});

describe("a way through the definition", () => {
  const around = ["IsContinued", "Train", "IsFederationDone", "FederationDone"];
  const baselineDone = ["IsBaselineDone", "BaselineDone"];

  test("is the shortest that ends as asked", () => {
    const paused = [...around, ...baselineDone, "IsRunDone", "ContinueRun"];
    expect(namesOf({ ContinueRun: 1 })).toEqual(paused);
    expect(namesOf({ FinishRun: 1 })).toEqual([...paused.slice(0, -1), "FinishRun"]);
  });

  test("goes through loops, and into branches, as often as asked", () => {
    const twice = namesOf({ Round: 2, TrainBaseline: 1, FinishRun: 1 });
    const round = ["Round", "AggregateRound", "IsFederationDone"];
    expect(twice).toEqual([
      ...["IsContinued", "Train", "IsFederationDone", ...round, ...round, "FederationDone"],
      ...["IsBaselineDone", "TrainBaseline", "IsBaselineDone", "BaselineDone", "IsRunDone", "FinishRun"],
    ]);
  });

  test("that is not there is an error, as is one that only fails", () => {
    expect(() => shortestWay(definition, { PrepareRun: 2 })).toThrow(/no way from IsContinued/);
    const failing: Flow = { StartAt: "A", States: { A: { Type: "Fail" } } };
    expect(() => shortestWay(failing)).toThrow(/no way from A/);
    expect(() => shortestWay({ StartAt: "A", States: {} })).toThrow("a state leads to A, which is none");
  });
});

/** The definition with a Pass before a state, wherever that stands. */
function withPassBefore(name: string, flow: Flow = definition): Flow {
  const to = (next: string | undefined) => (next === name && name in flow.States ? "Extra" : next);
  const renamed = (some: readonly { readonly Next: string }[] | undefined) =>
    some?.map((one) => ({ ...one, Next: to(one.Next) ?? one.Next }));
  const changed = (state: State): State => ({
    ...state,
    Next: to(state.Next),
    Default: to(state.Default),
    Choices: renamed(state.Choices),
    Catch: renamed(state.Catch),
    Branches: state.Branches?.map((branch) => withPassBefore(name, branch)),
    ItemProcessor: state.ItemProcessor && withPassBefore(name, state.ItemProcessor),
  });
  const states = Object.entries(flow.States).map(([own, state]): [string, State] => [own, changed(state)]);
  const extra: [string, State][] = name in flow.States ? [["Extra", { Type: "Pass", Next: name }]] : [];
  return { StartAt: to(flow.StartAt) ?? flow.StartAt, States: Object.fromEntries([...states, ...extra]) };
}

describe("one more state in the definition is counted once where it stands:", () => {
  test.each<[string, (keyof FlowCounts)[]]>([
    ["IsContinued", ["execution"]],
    ["PrepareRun", ["prepare"]],
    ["Train", ["execution"]],
    ["Round", ["round"]],
    ["AggregateRound", ["round", "ownersRound", "maskedRound", "maskedOwnersRound"]],
    // asked once before the first round, and once after each
    ["IsFederationDone", ["execution", "round", "ownersRound", "maskedRound", "maskedOwnersRound"]],
    ["FederationDone", ["execution"]],
    ["TrainClient", ["participant"]],
    ["ClientSilent", ["silent"]],
    ["RoundWithOwners", ["ownersRound"]],
    ["IsOwner", ["owner", "account", "beside"]],
    ["WaitForOwner", ["owner"]],
    ["TrainInAccount", ["account"]],
    ["AccountSilent", ["silentAccount"]],
    ["ParticipantSilent", ["silentOwner"]],
    ["TrainSimulated", ["beside"]],
    ["RoundWithMasks", ["maskedRound"]],
    ["EachHelper", ["maskedRound"]],
    ["TrainMasked", ["masked"]],
    ["OpenSums", ["opening"]],
    ["RoundWithMaskedOwners", ["maskedOwnersRound"]],
    ["EachOwnerHelper", ["maskedOwnersRound"]],
    ["EachHelperInAccount", ["maskedOwnersRound"]],
    ["OpenInAccount", ["openingInAccount"]],
    ["WaitForOpening", ["ownersOpening"]],
    ["HelperSilent", ["silentHelper"]],
    ["TrainBaseline", ["baseline"]],
    ["IsBaselineDone", ["execution", "baseline"]],
    ["IsRunDone", ["execution"]],
    ["ContinueRun", ["continue"]],
    ["FinishRun", ["finish"]],
  ])("before %s in %j", (name, parts) => {
    const counts = countFlow(withPassBefore(name), marks);
    for (const [part, { events, transitions }] of Object.entries(flowCounts)) {
      const more = parts.includes(part as keyof FlowCounts) ? 1 : 0;
      expect(counts[part as keyof FlowCounts], part).toEqual({
        events: events + 2 * more,
        transitions: transitions + more,
      });
    }
  });

  test("and what a run takes follows", () => {
    const config = resolveConfig({ preset: "paper" });
    const counts = countFlow(withPassBefore("AggregateRound"), marks);
    expect(historyEvents(config, 1, counts)).toBe(historyEvents(config) + 2 * 101);
    const run = plannedCounts(config);
    expect(transitionsOf(run, counts)).toBe(transitionsOf(run) + 101);
  });
});

test("what no count can tell is refused: an unknown type, a first round unlike the others, an uncaught client", () => {
  const { States, StartAt } = definition;
  const odd = { StartAt: "Odd", States: { ...States, Odd: { Type: "Odd", Next: StartAt } } };
  expect(() => countFlow(odd, marks)).toThrow("Odd: the events of a Odd are not known");

  const looping: Flow = {
    StartAt: "Begin",
    States: {
      Begin: { Type: "Choice", Choices: [{ Next: "First" }], Default: "End" },
      First: { Type: "Pass", Next: "Round" },
      Round: { Type: "Task", Next: "More" },
      More: { Type: "Choice", Choices: [{ Next: "Round" }], Default: "End" },
      End: { Type: "Choice", Choices: [{ Next: "Finish" }], Default: "Continue" },
      Finish: { Type: "Task" },
      Continue: { Type: "Task" },
    },
  };
  const named = { round: "Round", finish: "Finish", continue: "Continue", prepare: "Begin" };
  const others = {
    ownersRound: "Round",
    owner: "Round",
    account: "Round",
    beside: "Round",
    maskedRound: "Round",
    masked: "Round",
    opening: "Round",
    maskedOwnersRound: "Round",
    ownersOpening: "Round",
    openingInAccount: "Round",
    baseline: "Round",
    participant: "Round",
  };
  expect(() => countFlow(looping, { ...named, ...others })).toThrow(
    "Round: the first time enters other states than the second",
  );
});

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import {
  type Federates,
  finalParticipants,
  participantCounts,
  participantsOf,
} from "../../../shared/rounds/participants.ts";
import { selectClients } from "../../../shared/rounds/selection.ts";

function federation(evaluation: string, ...set: string[]): Federates {
  const clients = Array.from({ length: 10 }, (_, client) => ({
    client,
    train: 8,
    heldOut: 2,
    heldOutLabels: [1, 1],
  }));
  const config = resolveConfig({
    set: [`federation.evaluation=${evaluation}`, "federation.fraction=0.3", "partition.clients=10", ...set],
  });
  return { config, clients, examiner: evaluation === "test-set" ? 10 : null };
}

describe("the participants of a round", () => {
  it("are those who are selected, to train", () => {
    const plan = federation("selected");
    const selected = selectClients(plan.config, 4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(participantsOf(plan, 4)).toEqual(selected.map((client) => ({ client, task: "train" })));
  });

  it("are all where all evaluate, and only those selected train", () => {
    const plan = federation("all");
    const participants = participantsOf(plan, 4);
    expect(participants.map(({ client }) => client)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(participants.filter(({ task }) => task === "train").map(({ client }) => client)).toEqual(
      selectClients(plan.config, 4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
  });

  it.each(["federation.stop.accuracy=0.9", "federation.stop.patience=3"])(
    "are all with %s, which sets models beside each other, unless a test set evaluates them",
    (stop) => {
      expect(participantsOf(federation("selected", stop), 4)).toEqual(participantsOf(federation("all"), 4));
      expect(participantsOf(federation("test-set", stop), 4)).toHaveLength(4);
    },
  );

  it("end with the examiner where the test set evaluates", () => {
    const participants = participantsOf(federation("test-set"), 4);
    expect(participants).toHaveLength(4);
    expect(participants.at(-1)).toEqual({ client: 10, task: "evaluate" });
    expect(participants.slice(0, -1).every(({ task }) => task === "train")).toBe(true);
  });

  it.each([
    ["selected"],
    ["selected", "federation.stop.patience=3"],
    ["all"],
    ["test-set"],
    ["test-set", "federation.stop.patience=3"],
  ] as const)("of %s %s are as many as predicted without a plan", (evaluation, ...set) => {
    const plan = federation(evaluation, ...set);
    const round = participantsOf(plan, 1);
    expect(participantCounts(plan.config)).toEqual({
      selected: round.filter(({ task }) => task === "train").length,
      round: round.length,
      final: finalParticipants(plan).length,
    });
  });
});

describe("the participants of the final pass only evaluate, and are", () => {
  it("all clients", () => {
    const participants = finalParticipants(federation("selected"));
    expect(participants).toHaveLength(10);
    expect(new Set(participants.map(({ task }) => task))).toEqual(new Set(["evaluate"]));
  });

  it("the examiner alone where there is one", () => {
    expect(finalParticipants(federation("test-set"))).toEqual([{ client: 10, task: "evaluate" }]);
  });
});

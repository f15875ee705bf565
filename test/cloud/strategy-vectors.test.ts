import { expect, test, vi } from "vitest";
import { mnistSize } from "../../cloud/cost/data-size.ts";
import { limitsOf } from "../../cloud/deployment.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";

vi.mock("../../shared/strategy/kinds.ts", async (original) => {
  const { strategyKinds } = await original<typeof import("../../shared/strategy/kinds.ts")>();
  const { personalHead } = await import("../toys/personal-head-strategy.ts");
  return { strategyKinds: [...strategyKinds, personalHead] };
});

const sizing = (name: string) => {
  const set = [`federation.strategy.name=${name}`, "model.hidden=[30,20]"];
  return sizingOf(resolveConfig({ preset: "paper", set }), mnistSize);
};
const [body, head] = [784 * 30 + 30 + 30 * 20 + 20, 20 * 10 + 10];
const model = body + head;
const none = { stateful: false, stateRead: false, kept: false, state: 0, receives: 0, keeps: 0 };

test.each([
  ["FedAvg", { ...none, sends: model, sendsModel: true }],
  ["FedAdam", { ...none, stateful: true, state: 2 * model, sends: model, sendsModel: true }],
  [
    "SCAFFOLD",
    {
      ...{ stateful: true, stateRead: true, kept: true, sendsModel: true },
      ...{ state: model, receives: model, keeps: model, sends: 2 * model },
    },
  ],
  [
    "PersonalHead",
    {
      ...{ stateful: true, stateRead: true, kept: true, sendsModel: false },
      ...{ state: 2, receives: 2, keeps: head, sends: body + 2 },
      work: { trainings: 2, evaluations: 1 },
    },
  ],
])("the values that %s has of each kind follow from what it declares", (name, values) => {
  expect(sizing(name).vectors).toMatchObject(values);
});

test("a client that trains twice takes twice the time of its training, and one more evaluation", () => {
  const client = footprints.find(({ name }) => name === "TrainClient");
  const { memoryMb } = limitsOf(defaultDeployment, "TrainClient");
  const msOf = (name: string, seen: number, heldOut: number) => {
    const { mean, ...rest } = sizing(name);
    const amounts = { ...mean, seen, heldOut };
    return client?.ms({ mean, ...rest }, amounts, memoryMb).training ?? NaN;
  };
  const [once, twice] = ["FedAvg", "PersonalHead"].map((name) => ({
    ofTraining: msOf(name, 1000, 0) - msOf(name, 0, 0),
    ofEvaluation: msOf(name, 0, 1000) - msOf(name, 0, 0),
  }));
  expect((twice?.ofTraining ?? NaN) / (once?.ofTraining ?? NaN)).toBeCloseTo(2, 9);
  expect((twice?.ofEvaluation ?? NaN) / (once?.ofEvaluation ?? NaN)).toBeCloseTo(2, 9);
});

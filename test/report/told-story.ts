import type { Models, Story } from "../../report/story.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { countExamples } from "../../shared/task/classification/evaluation.ts";
import type { TimedRound } from "../../shared/workflow/round-records.ts";
import { noUsage } from "../../shared/workflow/usage.ts";

export interface StoryOptions {
  readonly clients?: number;
  readonly rounds?: number;
  readonly classes?: number;
  readonly baseline?: boolean;
  readonly models?: Models;
  readonly set?: readonly string[];
  readonly preset?: string;
}

const digest = (of: string) => of.repeat(64).slice(0, 64);

/**
 * A story whose every number follows from its place, so that a test can say what stands where: the model of round r
 * has accuracy 1 - 1 / (r + 2), the baseline after epoch e 1 - 1 / (e + 3).
 */
export function toldStory({
  clients = 4,
  rounds = 5,
  classes = 10,
  baseline = true,
  models,
  set = [],
  preset = "paper",
}: StoryOptions = {}): Story {
  const config = resolveConfig({
    preset,
    set: [`federation.rounds=${rounds}`, `baseline.epochs=${rounds}`, ...set],
  });
  const places = (count: number) => Array.from({ length: count }, (_, i) => i);
  // the same examples of each class for both models: where one is right more often, the other takes more for the next class
  const confusion = (hits: number) =>
    places(classes).map((actual) =>
      places(classes).map((predicted) => {
        if (predicted === actual) return hits + actual;
        return ((actual + predicted) % 4) + (predicted === (actual + 1) % classes ? 120 - hits : 0);
      }),
    );
  const examples = countExamples(confusion(100));
  const heldOut = (client: number) => Math.floor(examples / clients) + (client < examples % clients ? 1 : 0);
  const federatedAccuracy = (round: number) => 1 - 1 / (round + 2);
  const baselineAccuracy = (epoch: number) => 1 - 1 / (epoch + 3);
  const metrics = places(rounds + 1).map((before): TimedRound => {
    const trains = before < rounds;
    return {
      round: before + 1,
      task: trains ? "train" : "evaluate",
      evaluated: {
        round: before,
        examples,
        accuracy: federatedAccuracy(before),
        loss: 2 / (before + 1),
        confusion: confusion(100),
      },
      clients: places(clients).map((client) => ({
        client,
        task: trains ? "train" : "evaluate",
        examples: heldOut(client),
        accuracy: federatedAccuracy(before) - client / 1000,
        loss: 2 / (before + 1),
        trainingLoss: trains ? 1 : null,
        update: trains ? { norm: (client + 1) / (before + 1), cosine: 1 - (client + before) / 1000 } : null,
      })),
      silent: [],
      weightsSha256: trains ? digest("a1") : null,
      stateSha256: null,
      seconds: 2,
      timing: { training: 1.25, aggregation: 0.25 },
      usage: noUsage,
      updates: places(clients).map((client) => ({ client, sha256: digest("c3") })),
      chainSha256: digest("d4"),
    };
  });
  const epochs = baseline
    ? places(rounds).map((i) => ({
        epoch: i + 1,
        examples,
        accuracy: baselineAccuracy(i + 1),
        loss: 1 / (i + 1),
        trainingLoss: 1,
        confusion: confusion(120),
        weightsSha256: digest("b2"),
        ...(i === rounds - 1 && {
          clients: places(clients).map((client) => ({
            client,
            examples: heldOut(client),
            accuracy: 0.99 - client / 1000,
            loss: 0.1,
          })),
        }),
      }))
    : [];
  const [accuracy, centralized] = [federatedAccuracy(rounds), baselineAccuracy(rounds)];
  return {
    result: {
      run: "told",
      config,
      dataset: {
        name: "mnist",
        source: "cache",
        digest: digest("c3"),
        examples: 70_000,
        features: 784,
        classes,
        imageShape: [28, 28],
      },
      clients: places(clients).map((client) => ({
        client,
        train: 800,
        heldOut: heldOut(client),
        heldOutLabels: [],
        labelCounts: places(classes).map((label) => 10 + ((client + label) % classes)),
      })),
      federated: {
        round: rounds,
        examples,
        accuracy,
        loss: 2 / (rounds + 1),
        confusion: confusion(100),
        weightsSha256: digest("a1"),
        chainSha256: digest("d4"),
        ended: "rounds",
        rounds: places(rounds).map((i) => ({
          round: i + 1,
          examples,
          accuracy: federatedAccuracy(i + 1),
          loss: 2 / (i + 2),
          clients,
          seconds: 2,
        })),
      },
      baseline: baseline
        ? {
            examples,
            accuracy: centralized,
            loss: 1 / rounds,
            confusion: confusion(120),
            weightsSha256: digest("b2"),
            epochs: epochs.map(({ epoch, accuracy, loss }) => ({ epoch, examples, accuracy, loss })),
          }
        : null,
      compared: baseline ? { examples, federated: accuracy, baseline: centralized } : null,
      ratio: baseline ? accuracy / centralized : null,
      seconds: 108,
      invocations: { count: 1114, cold: 6, billedMs: 115_000, gbSeconds: 88.4 },
    },
    rounds: metrics,
    epochs,
    ...(models && { models }),
    published: { federated: 0.855, baseline: 0.902, source: "a paper" },
  };
}

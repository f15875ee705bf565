import * as z from "zod";
import { secureAggregation } from "../secure-aggregation/settings.ts";
import { strategySettings } from "../strategy/strategies.ts";
import { thresholds } from "../task/stop.ts";
import { stagesSettings } from "../update/stages.ts";
import { countUpTo } from "./count.ts";

const stop = z
  .strictObject({
    ...thresholds,
    patience: countUpTo(100_000)
      .nullable()
      .default(null)
      .describe(
        "Rounds without a better model that end the federation; null goes on however long none comes.",
      ),
  })
  .describe(
    "When the federation ends before its last round, and keeps the best of its models. The model of a round is " +
      "evaluated in the next one, so a federation that ends early has trained a round more than it needed; and a model " +
      "chosen by its score does a little worse on examples that nobody chose it by. Figures over fewer than " +
      "federation.quorum of all held-out examples, where clients stay silent, neither end it nor are the best.",
  );

const normBound = z
  .strictObject({
    absolute: z
      .number()
      .gt(0)
      .nullable()
      .default(10_000)
      .describe("Longest update that is accepted; null has no bound."),
    timesMedian: z
      .number()
      .min(1)
      .nullable()
      .default(100)
      .describe(
        "Longest update that is accepted from the second round on, in multiples of the median of those that the round " +
          "before accepted; one that is no longer than the global model itself always is. null has no bound.",
      ),
  })
  .describe(
    "How long a client's update, its model minus the global one, may be in the Euclidean norm. One that is longer is " +
      "left out of its round as UpdateInvalid.",
  );

export const federation = z
  .strictObject({
    rounds: countUpTo(100_000).default(100).describe("Rounds of training and aggregation."),
    strategy: strategySettings.prefault({}),
    fraction: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe(
        "Share of the clients that each round selects at random to train (C of McMahan et al. 2017), rounded down.",
      ),
    minClients: countUpTo(10_000)
      .nullable()
      .default(null)
      .describe(
        "Clients that each round selects at least, where the fraction gives fewer; null has no minimum.",
      ),
    quorum: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe(
        "Share of the selected clients that must report; with fewer, the run stops with QuorumNotReached.",
      ),
    update: stagesSettings,
    normBound: normBound.prefault({}),
    secureAggregation: secureAggregation.prefault({}),
    evaluation: z
      .enum(["selected", "all", "test-set"])
      .default("selected")
      .describe(
        "Who evaluates the global model of a round: the clients that the next round selects, or all, each on what " +
          "it holds out; or nobody's data but the test set that the publisher split off, which no client has. The " +
          "last model is evaluated by all clients, or on the test set. With federation.stop, which sets the models of " +
          "several rounds beside each other, all evaluate in place of those selected.",
      ),
    stop: stop.prefault({}),
    budget: z
      .number()
      .gt(0)
      .max(1_000_000)
      .nullable()
      .default(null)
      .describe(
        "US dollars that the run may cost on AWS at list prices: before the round, or the epoch of the baseline, that " +
          "would pass it the run ends with what it has; null has no bound.",
      ),
    executionRounds: countUpTo(100_000)
      .nullable()
      .default(null)
      .describe(
        "Rounds in one execution of the state machine, which then starts the next; null takes as many as fit its " +
          "history.",
      ),
  })
  .describe("The federation.");

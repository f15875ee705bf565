import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { metricLinesOf } from "../../local/cloudwatch/embedded-metrics.ts";
import { keys } from "../../shared/layout.ts";
import type { RoundFigures } from "../../shared/metrics/round-line.ts";
import { roundMetrics, roundTimes } from "../../shared/workflow/round-records.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

// the tests' setup turns metrics off, and Powertools looks when the functions' modules are loaded
vi.hoisted(() => {
  process.env.POWERTOOLS_METRICS_DISABLED = "false";
  process.env.POWERTOOLS_SERVICE_NAME = "hospital-2";
  process.env.POWERTOOLS_DEV = "true";
});

interface Published extends RoundFigures {
  readonly round: number;
  /** A property of the line, as it stands there. */
  readonly examples: string;
}

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: unknown) => void logged.push(String(line)));
});
afterEach(() => vi.restoreAllMocks());

async function play(config = toyConfig(), how: Play = {}) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", config);
  const ended = await playRun(bucket, "r", how).then(
    () => "done",
    (error: Error) => error.name,
  );
  const lines = metricLinesOf(logged.join("\n"));
  const rounds = lines
    .filter(({ dimensions }) => "run" in dimensions)
    .map(({ content }) => ({ ...content, round: Number(content.round) }) as Published);
  const stack = lines.filter(({ dimensions }) => !("run" in dimensions));
  return { bucket, ended, lines, rounds, stack };
}

describe("every round publishes", () => {
  test("what its record says, and what its invocations were billed", async () => {
    const { bucket, rounds } = await play();
    expect(rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5]);
    for (const line of rounds) {
      const record = roundMetrics.parse(bucket.json(keys.roundMetrics("r", line.round)));
      const { seconds } = roundTimes.parse(bucket.json(keys.roundTimes("r", line.round)));
      expect(line).toMatchObject({
        run: "r",
        strategy: "FedAvg",
        accuracy: record.evaluated.accuracy,
        loss: record.evaluated.loss,
        duration: seconds,
        // the last pass only evaluates
        clients: line.round === 5 ? 0 : 3,
        failures: 0,
        // three clients and the aggregation, two milliseconds each
        billedMs: 8,
      });
    }
  });

  test("over how many examples its accuracy and loss are, where not all evaluate it too", async () => {
    const { bucket, rounds } = await play(toyConfig("federation.fraction=0.34"));
    for (const { round, examples } of rounds) {
      const { evaluated } = roundMetrics.parse(bucket.json(keys.roundMetrics("r", round)));
      expect(examples).toBe(String(evaluated.examples));
    }
    // all evaluate the last model
    const counts = rounds.map(({ examples }) => Number(examples));
    expect(Math.max(...counts.slice(0, -1))).toBeLessThan(counts.at(-1) ?? 0);
  });

  test("by stack, run and strategy, and for the alarms by stack alone", async () => {
    const { lines } = await play();
    expect(new Set(lines.map(({ namespace }) => namespace))).toEqual(new Set(["fedstep"]));
    const dimensions = new Set(lines.map((line) => JSON.stringify(line.dimensions)));
    expect([...dimensions].map((text) => JSON.parse(text))).toEqual([
      { service: "hospital-2" },
      { service: "hospital-2", run: "r", strategy: "FedAvg" },
    ]);
  });

  test("units that CloudWatch knows, and a point for every second", async () => {
    const { lines } = await play();
    const line = lines.find(({ dimensions }) => "run" in dimensions);
    expect(line?.content).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Metrics: [
              { Name: "accuracy", Unit: "None", StorageResolution: 1 },
              { Name: "loss", Unit: "None", StorageResolution: 1 },
              { Name: "clients", Unit: "Count", StorageResolution: 1 },
              { Name: "failures", Unit: "Count", StorageResolution: 1 },
              { Name: "duration", Unit: "Seconds", StorageResolution: 1 },
              { Name: "billedMs", Unit: "Milliseconds", StorageResolution: 1 },
            ],
          },
        ],
      },
    });
  });
});

describe("a client that fails", () => {
  const silent: Play = {
    interfere: async (round, client, train) =>
      round === 2 && client === 1 ? { client, error: { Error: "Sandbox.Timedout" } } : train(),
  };

  test("is counted, by run and by stack", async () => {
    const { rounds, stack } = await play(toyConfig("federation.quorum=0.6"), silent);
    expect(rounds.map(({ failures, clients }) => [failures, clients])).toEqual([
      [0, 3],
      [1, 2],
      [0, 3],
      [0, 3],
      [0, 0],
    ]);
    expect(stack.map(({ content }) => [content.failures, content.quorumMissed])).toEqual([
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  test("is counted too where it ends the run", async () => {
    const { ended, rounds, stack } = await play(toyConfig(), silent);
    expect(ended).toBe("QuorumNotReached");
    expect(rounds.map(({ round }) => round)).toEqual([1]);
    expect(stack.at(-1)?.content).toMatchObject({ run: "r", round: "2", failures: 1, quorumMissed: 1 });
  });
});

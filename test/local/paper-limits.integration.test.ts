import { expect, test } from "vitest";
import { followRun } from "../../cli/run/follow.ts";
import { startRun, uploadDataset } from "../../cli/run/launch.ts";
import { localTarget } from "../../cli/targets/local.ts";
import { plannedCounts, requestsOf, transitionsOf } from "../../cloud/cost/run-counts.ts";
import { historyEvents } from "../../cloud/limits/history.ts";
import { payloadBytes } from "../../cloud/limits/payload-size.ts";
import { prices } from "../../cloud/prices.ts";
import { maxHistoryEvents, maxPayloadBytes } from "../../cloud/quotas.ts";
import { strategyObjects } from "../../cloud/strategy-vectors.ts";
import { footprints } from "../../functions/footprints.ts";
import { openEmbeddedSample } from "../../mnist/embedded-sample.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { checkpointsOf } from "../../shared/layout.ts";
import { sharedHome } from "../cli/terminal.ts";

const paper = resolveConfig({ preset: "paper" });
/** The paper's clients, for a fifth of its rounds and epochs; few examples, since those do not count towards the limits. */
const [rounds, epochs] = [20, 20];
const config = resolveConfig({
  preset: "paper",
  set: [
    `federation.rounds=${rounds}`,
    `baseline.epochs=${epochs}`,
    "dataset.limit=1000",
    "training.localEpochs=1",
  ],
});

test("what a run takes of AWS's limits is what was reckoned, by which the paper's stays under 40 % of them", {
  timeout: 240_000,
}, async () => {
  const target = await localTarget({
    home: sharedHome(),
    tfjs: false,
    environments: undefined,
    say: () => {},
  });
  // what the test itself asks of S3, to upload and to watch
  let own = 0;
  target.s3.middlewareStack.add(
    (next) => (request) => {
      own++;
      return next(request);
    },
    { step: "finalizeRequest" },
  );
  try {
    const dataset = await uploadDataset(target, await openEmbeddedSample());
    const execution = await startRun(target, "paper-limits", config, dataset);
    const seen = { rounds: [] as number[], epochs: [] as number[] };
    const watcher = {
      round: (round: number) => void seen.rounds.push(round),
      epoch: (epoch: number) => void seen.epochs.push(epoch),
    };
    const result = await followRun(target, "paper-limits", execution, watcher, new AbortController().signal);

    const { states, lambda } = target.emulator;
    const usage = states.usage(execution);
    console.log(
      `history events: ${usage?.events} of ${maxHistoryEvents}; largest payload: ${usage?.largestPayloadBytes} ` +
        `of ${maxPayloadBytes} bytes; transitions: ${usage?.transitions}`,
    );
    // what refuses configurations beforehand is exactly what a run takes
    expect(usage?.events).toBe(historyEvents(config));
    expect(historyEvents(paper)).toBeLessThan(0.4 * maxHistoryEvents);
    expect(payloadBytes(paper)).toBeLessThan(0.4 * maxPayloadBytes);
    // reckoned with the longest names and numbers, which this run has not
    expect(usage?.largestPayloadBytes).toBeLessThanOrEqual(payloadBytes(config));
    expect(usage?.largestPayloadBytes).toBeGreaterThan(0.7 * payloadBytes(config));

    // what an estimate is billed by, too: transitions exactly, requests with the environments that there were
    const counts = plannedCounts(config);
    expect(usage?.transitions).toBe(transitionsOf(counts));
    const ofFunctions = target.emulator.s3.requests.total - own;
    const environments = result.invocations.cold - 1;
    // on a slow machine the baseline writes more than its last checkpoint
    const checkpoints = (await target.objects.list(checkpointsOf("paper-limits"))).length;
    const baseline = counts.baseline && { ...counts.baseline, checkpoints };
    const planned = requestsOf({ ...counts, environments, baseline }, strategyObjects(config), footprints);
    console.log(`S3 requests of the functions: ${ofFunctions}, planned ${planned.reads + planned.writes}`);
    expect(ofFunctions).toBe(planned.reads + planned.writes);

    // and what the result says that it has cost
    const { lines } = result.cost ?? {};
    expect((lines?.transitions ?? 0) / prices.stateTransition).toBeCloseTo(usage?.transitions ?? 0, 6);
    expect((lines?.lambdaRequests ?? 0) / prices.lambdaRequest).toBeCloseTo(lambda.reports.length, 6);

    expect(seen.rounds).toEqual(Array.from({ length: rounds + 1 }, (_, round) => round));
    expect(seen.epochs).toEqual(Array.from({ length: epochs }, (_, i) => i + 1));
    // as measured inside, every attempt that ended well; as measured outside, every attempt
    expect(result.invocations.count).toBe(lambda.reports.length);
    const billedOutside = lambda.reports.reduce((sum, { billedMs }) => sum + billedMs, 0);
    expect(result.invocations.billedMs / billedOutside).toBeGreaterThan(0.6);
    expect(result.invocations.billedMs / billedOutside).toBeLessThanOrEqual(1);
  } finally {
    await target.close();
  }
});

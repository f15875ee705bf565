import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { keys } from "../../../shared/layout.ts";
import { claimRun, continueRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { here } from "../verify/here.ts";
import { bits, ended, Killed } from "./ended-executions.ts";
import { mockedTarget } from "./watched-run.ts";

describe("a run that was cut off", () => {
  test("anywhere goes on after its last complete round, and ends with the bits of one that was not", async () => {
    const config = toyConfig("federation.strategy.name=SCAFFOLD", "federation.fraction=0.67");
    const undisturbed = mockedTarget();
    await claimRun(undisturbed.bucket, "r", config);
    const whole = bits(await playRun(undisturbed.bucket, "r"));
    const moment = fc.record({
      round: fc.integer({ min: 1, max: 5 }),
      calls: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(moment, fc.boolean(), async ({ round, calls }, aggregated) => {
        const { bucket, target, started } = ended("ABORTED");
        await claimRun(bucket, "r", config);
        let left = calls;
        const cut = playRun(bucket, "r", {
          interfere: async (at, _client, train) => {
            if (at === round && left-- === 0) throw new Killed();
            return train();
          },
        });
        const killed = await cut.then(
          () => false,
          (error) => error instanceof Killed,
        );
        // a moment that the run does not have
        fc.pre(killed);
        // the model of the last round may stand there without its metrics, which are written last
        if (aggregated && round > 1) bucket.contents.delete(keys.roundMetrics("r", round - 1));
        const { rounds } = await resumeRun(target, { run: "r" });
        expect(rounds).toBe(Math.max(0, round - (aggregated ? 2 : 1)));
        expect(bits(await continueRun(bucket, started().input))).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  test("by a damaged update has it made again, apart from that one, and verifies", async () => {
    const config = toyConfig("federation.strategy.name=SCAFFOLD");
    const undisturbed = mockedTarget();
    await claimRun(undisturbed.bucket, "r", config);
    const whole = bits(await playRun(undisturbed.bucket, "r"));
    const { bucket, target, started } = ended("FAILED");
    await claimRun(bucket, "r", config);
    const damaged = keys.update("r", 3, 1);
    const run = playRun(bucket, "r", {
      interfere: async (round, client, train) => {
        const report = await train();
        if (round === 3 && client === 1) bucket.contents.set(damaged, new Uint8Array(99));
        return report;
      },
    });
    await expect(run).rejects.toMatchObject({ name: "QuorumNotReached" });
    await resumeRun(target, { run: "r" });
    expect(bits(await continueRun(bucket, started().input))).toEqual(whole);
    expect(bucket.contents.get(damaged)).toEqual(new Uint8Array(99));
    const { findings, unchecked } = await verifyRun(bucket, "r", here);
    expect(findings).toEqual([]);
    expect(unchecked.map(({ objects }) => objects)).toEqual(
      expect.arrayContaining([damaged, keys.update("r", 3, 0), keys.clientState("r", 3, 1)]),
    );
  });

  test("with nothing left but its result gets that", async () => {
    const { bucket, target, started } = ended("ABORTED", "FAILED");
    await claimRun(bucket, "r");
    const whole = bits(await playRun(bucket, "r"));
    bucket.contents.delete(keys.result("r"));
    expect(await resumeRun(target, { run: "r" })).toMatchObject({ rounds: 5, epochs: 4 });
    const { name, input } = started();
    expect(name).toBe("r@3");
    expect(input.federation).toMatchObject({ stage: "done", ended: "rounds", participants: [] });
    expect(input.baseline).toMatchObject({ done: true, epoch: 4 });
    expect(bits(await continueRun(bucket, input))).toEqual(whole);
  });

  test("knows what its rounds have used", async () => {
    const { bucket, target, started } = ended("ABORTED");
    await claimRun(bucket, "r");
    await playRun(bucket, "r");
    bucket.contents.delete(keys.result("r"));
    await resumeRun(target, { run: "r" });
    // five rounds of three clients and an aggregation
    expect(started().input.federation.usage.count).toBe(5 * 4);
  });
});

import { describe, expect, test } from "vitest";
import { ownersBill } from "../../../cloud/cost/owner.ts";
import { stepsIn } from "../../../cloud/footprint.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const config = resolveConfig({ preset: "paper", set: ["partition.clients=1", "federation.rounds=100"] });
const data = {
  examples: 5000,
  features: 20,
  classes: 2,
  testExamples: 0,
  valueBytes: 4,
  filled: 1,
  owners: true,
} as const;
const sizing = sizingOf(config, data);
const [trainClient] = stepsIn(footprints, "participant");
const place = { architecture: "arm64", memoryMb: 1769, kmsKey: false } as const;

describe("what an owner in an account of its own pays", () => {
  test("idle is what lies there, and a dollar for a key in KMS", () => {
    const { idleMonth } = ownersBill(sizing, 100, trainClient, place);
    // 5,000 rows of 21 values of 8 characters, at 0.023 dollars a GB
    expect(idleMonth.total).toBeCloseTo(((5000 * 21 * 8) / 2 ** 30) * 0.023, 12);
    expect(ownersBill(sizing, 100, trainClient, { ...place, kmsKey: true }).idleMonth.key).toBe(1);
  });

  test("of requests is a known number for each job, the final pass among them", () => {
    const { jobs, ofRounds } = ownersBill(sizing, 100, trainClient, place);
    expect(jobs).toBe(101);
    expect(ofRounds.s3Writes).toBeCloseTo(101 * 12 * 5e-6, 12);
    expect(ofRounds.s3Reads).toBeCloseTo(101 * 23 * 0.4e-6, 12);
    expect(ofRounds.lambdaRequests).toBeCloseTo(101 * 0.2e-6, 12);
    expect(ofRounds.keyRequests).toBe(0);
    // two codes a job, at 3 cents for 10,000
    const withKey = ownersBill(sizing, 100, trainClient, { ...place, kmsKey: true });
    expect(withKey.ofRounds.keyRequests).toBeCloseTo(101 * 2 * 3e-6, 12);
    const { total, ...lines } = ofRounds;
    expect(total).toBeCloseTo(
      Object.values(lines).reduce((sum, one) => sum + one, 0),
      12,
    );
  });

  test("of time grows by a job's training and the start of what trains", () => {
    const at = (rounds: number) => ownersBill(sizing, rounds, trainClient, place).ofRounds.lambdaTime;
    const { training = 0 } = trainClient.ms(sizing, sizing.mean, 1769);
    // what trains starts in 300 ms, and 27 GETs and 12 PUTs and LISTs are waited for
    const perRound = ((training + 300 + 27 * 20 + 12 * 30) / 1000) * (1769 / 1024) * 0.0000133334;
    expect(at(101) - at(100)).toBeCloseTo(perRound, 12);
  });
});

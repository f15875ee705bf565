import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../../shared/config/resolve.ts";
import { clientGrid } from "../../../../shared/privacy/clients/grid.ts";
import {
  beyondNoisedChanges,
  meanOfChanges,
  noisedChangeOf,
  noisedChangesOf,
} from "../../../../shared/privacy/clients/noised-changes.ts";
import { randomStream } from "../../../../shared/random.ts";
import { secretStream } from "../../../../shared/secret-random.ts";

const size = 2_000;
const plan = (...set: string[]) => ({
  config: resolveConfig({
    set: [
      ...[
        "partition.clients=10",
        "federation.fraction=1",
        "privacy.unit=client",
        "privacy.noise=distributed",
      ],
      ...["federation.secureAggregation.helpers=coordinator", "federation.secureAggregation.minimumCohort=8"],
      ...["privacy.noiseMultiplier=1.5", "privacy.clip=0.4", "privacy.colluding=2", ...set],
    ],
  }),
  clients: Array.from({ length: 10 }, (_, client) => ({ client, train: 50, heldOut: 10, heldOutLabels: [] })),
  privacy: { noiseMultiplier: 1.5, steps: 1, rounds: 10 },
});

const stream = randomStream(1, "demo", 0);
const global = Float32Array.from({ length: size }, () => stream.unit() - 0.5);
const moved = global.map((w) => w + stream.unit());
const change = Float64Array.from(moved, (w, i) => w - (global[i] as number));
const random = (client: number) => ({
  secret: (label: string) => secretStream(new Uint8Array(32).fill(client), "a round", label),
});

/** Of so many clients who all move the same way. */
function sumOf(clients: number, of = plan()): Float64Array {
  const noised = noisedChangesOf(of, size);
  const sum = new Float64Array(size);
  for (let client = 0; client < clients; client++) {
    const update = { examples: 50, parameters: moved, sent: {} };
    noisedChangeOf(update, global, noised, random(client)).forEach((units, i) => {
      sum[i] = (sum[i] as number) + units;
    });
  }
  return sum;
}

describe("changes whose clients add their noise together", () => {
  test("are sums of shortened ones, and of noise that six of eight have all of", () => {
    const { unit, share } = noisedChangesOf(plan(), size);
    const { sensitivity } = clientGrid(0.4, size);
    expect(share.numerator / share.denominator).toBeCloseTo((1.5 * sensitivity) / Math.sqrt(6), -1);
    const length = Math.hypot(...change);
    // six shares make the noise that one who is trusted would add: 1.5 times the clip
    const noise = sumOf(6).map(
      (units, i) => (units * unit - (6 * 0.4 * (change[i] as number)) / length) / 0.4,
    );
    const square = noise.reduce((sum, value) => sum + value * value, 0) / size / 1.5 ** 2;
    expect(Math.abs(square - 1)).toBeLessThan(4.5 * Math.sqrt(2 / size));
  });

  test("are a mean over all that a round selects", () => {
    const { unit } = noisedChangesOf(plan(), size);
    const units = sumOf(9);
    const told = meanOfChanges(plan(), { round: 1, units, updates: 9, examples: 450 });
    for (const i of [0, 7, 1999])
      expect((told[i] as number) / 450).toBeCloseTo(((units[i] as number) * unit) / 10, 9);
  });

  test("are refused where they are longer than such clients make them", () => {
    const units = sumOf(9);
    const of = (times: number) => ({
      round: 1,
      units: units.map((one) => times * one),
      updates: 9,
      examples: 450,
    });
    expect(beyondNoisedChanges(plan(), of(1))).toBeUndefined();
    expect(beyondNoisedChanges(plan(), of(10))).toContain("its summed changes have norm");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../../shared/random.ts";
import { betaCdf, chiSquared19, uniformStatistic } from "./statistics.ts";
import { mnist, refusalOf, sum, tableOf } from "./table.ts";

const mean = (values: readonly number[]) => sum(values) / values.length;

describe("the labels' shares", () => {
  const [clients, total] = [4, 100];

  /**
   * One client's share of each of 2,000 labels: the shares of one label depend on each other. Counts are cut at the
   * floors of running sums, so that a uniform number in place of each lost fraction gives back a continuous share.
   */
  function sharesOf(alpha: number, client: number): number[] {
    const totals = new Array<number>(500).fill(total);
    const fraction = randomStream(0, "partition");
    return [1, 2, 3, 4].flatMap((seed) => {
      const table = tableOf(totals, { kind: "dirichlet", clients, alpha, minSize: 2 }, seed);
      return (table[client] ?? []).map((count) => {
        const after = client < clients - 1 ? fraction.unit() : 0;
        const before = client > 0 ? fraction.unit() : 0;
        return Math.min(Math.max((count + after - before) / total, 0), 1);
      });
    });
  }

  const statistic = (drawn: number, client: number, tested = drawn) =>
    uniformStatistic(sharesOf(drawn, client).map((share) => betaCdf(share, tested, (clients - 1) * tested)));

  it.each([
    [1, 0],
    [1, 3],
    [2, 1],
    [5, 2],
  ])("of alpha %d, client %d's, follow Beta(alpha, 3 alpha)", (alpha, client) => {
    expect(statistic(alpha, client)).toBeLessThan(chiSquared19);
  });

  it("of another alpha are told apart by that test", () => {
    expect(statistic(1.3, 0, 1)).toBeGreaterThan(chiSquared19);
  });

  it("come near an even split for a large alpha, and near whole labels for a small one", () => {
    const even = tableOf(mnist, { kind: "dirichlet", alpha: 1e6 });
    for (const counts of even) {
      // the deviation of a share is sqrt(0.1 0.9 / 1e7), of 7,000 examples less than one
      counts.forEach((count, label) => {
        expect(Math.abs(count - (mnist[label] ?? 0) / 10)).toBeLessThan(7);
      });
    }
    const whole = tableOf(mnist, { kind: "dirichlet", clients: 3, alpha: 0.001 }, 2);
    const largest = mnist.map(
      (total, label) => Math.max(...whole.map((counts) => counts[label] ?? 0)) / total,
    );
    expect(mean(largest)).toBeGreaterThan(0.99);
  });
});

describe("the smallest client", () => {
  it("has the minimum size", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 40 }), fc.boolean(), (seed, minSize, balanced) => {
        const sizes = tableOf(
          [200, 300, 250, 250],
          { kind: "dirichlet", clients: 5, minSize, balanced },
          seed,
        ).map(sum);
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(minSize);
        expect(sum(sizes)).toBe(1_000);
      }),
      { numRuns: 60 },
    );
  });

  it("does not change a draw that has it already", () => {
    const table = (minSize: number) => tableOf([300, 300, 300, 300], { kind: "dirichlet", minSize }, 3);
    const smallest = Math.min(...table(2).map(sum));
    expect(table(smallest)).toEqual(table(2));
    expect(table(smallest + 1)).not.toEqual(table(2));
  });

  it("that no draw gives enough is refused, with a minimum that one of them does give", () => {
    const divide = (minSize: number) =>
      tableOf(mnist, { kind: "dirichlet", clients: 100, alpha: 0.05, minSize });
    const refusal = refusalOf(() => divide(10));
    expect(refusal).toMatch(
      /^partition\.minSize: 100 draws with partition\.alpha 0\.05 .* raise partition\.alpha/,
    );
    const reached = Number(/partition\.minSize of at most (\d+)/.exec(refusal)?.[1]);
    expect(Math.min(...divide(reached).map(sum))).toBe(reached);
    expect(refusalOf(() => divide(reached + 1))).toContain(`at most ${reached},`);
  });

  it("that cannot have it is refused at once, with what fits", () => {
    const divide = (clients: number, minSize: number) =>
      tableOf([50, 50], { kind: "dirichlet", clients, minSize });
    expect(refusalOf(() => divide(20, 6))).toMatch(
      /^partition\.minSize: 6 for each of 20 clients are more than the 100 examples; .* at most 5, .* at most 16 /,
    );
  });
});

describe("balancing", () => {
  const totals = new Array<number>(10).fill(300);

  it("gives nothing of the labels that follow to a client above the average", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const table = tableOf(totals, { kind: "dirichlet", clients: 5, balanced: true }, seed);
        for (const counts of table) {
          counts.forEach((count, label) => {
            if (sum(counts.slice(0, label)) > sum(totals) / 5) expect(count).toBe(0);
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("brings sizes closer, and is off unless asked for", () => {
    const largest = (partition: Record<string, unknown>) =>
      mean(
        [1, 2, 3, 4, 5].map((seed) =>
          Math.max(...tableOf(totals, { kind: "dirichlet", ...partition }, seed).map(sum)),
        ),
      );
    expect(largest({ balanced: true })).toBeLessThan(0.9 * largest({}));
    expect(largest({ balanced: false })).toBe(largest({}));
  });
});

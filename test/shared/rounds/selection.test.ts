import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { selectClients, selectedCount } from "../../../shared/rounds/selection.ts";

const configured = (fraction: number, minClients: number | null = null, seed = 1) =>
  resolveConfig({ file: { seed, federation: { fraction, minClients } } });
const clientsUpTo = (count: number) => Array.from({ length: count }, (_, client) => client);

describe("the clients of a round", () => {
  it("are as many different ones as the fraction says, in ascending order, and the same when asked again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 50 }),
        (count, percent, round) => {
          const config = configured(percent / 100, 1);
          const selected = selectClients(config, round, clientsUpTo(count));
          expect(selected).toHaveLength(Math.max(1, Math.floor((percent * count) / 100)));
          expect(selected).toEqual([...new Set(selected)].sort((a, b) => a - b));
          expect(selected.every((client) => client >= 0 && client < count)).toBe(true);
          expect(selectClients(config, round, clientsUpTo(count))).toEqual(selected);
        },
      ),
    );
  });

  it("are all of them with a fraction of 1", () => {
    expect(selectClients(configured(1), 3, clientsUpTo(7))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("differ from round to round and from seed to seed", () => {
    const drawn = (seed: number, round: number) =>
      selectClients(configured(0.2, null, seed), round, clientsUpTo(100)).join();
    expect(new Set([drawn(1, 1), drawn(1, 2), drawn(1, 3), drawn(2, 1), drawn(3, 1)]).size).toBe(5);
  });

  it("are each as likely as any other", () => {
    const [count, rounds] = [20, 4_000];
    const times = new Array<number>(count).fill(0);
    for (let round = 1; round <= rounds; round++) {
      for (const client of selectClients(configured(0.25), round, clientsUpTo(count))) {
        times[client] = (times[client] ?? 0) + 1;
      }
    }
    // drawn without replacement, a client's count has variance rounds p (1 - p); the sum over clients of squared
    // deviations from rounds p, over that and times (count - 1) / count, is chi-squared with count - 1 degrees
    const [mean, variance] = [rounds * 0.25, rounds * 0.25 * 0.75];
    const statistic = (times.reduce((sum, n) => sum + (n - mean) ** 2, 0) / variance) * ((count - 1) / count);
    // 99.9 % quantile of chi-squared with 19 degrees of freedom
    expect(statistic).toBeLessThan(43.82);
  });
});

describe("how many are selected", () => {
  it.each([
    [1, null, 10, 10],
    [0.1, null, 100, 10],
    [0.29, null, 100, 29],
    [0.35, null, 10, 3],
    [0.1, 5, 10, 5],
    [0.01, 1, 10, 1],
  ])("fraction %s, minimum %s of %s: %s", (fraction, minimum, clients, selected) => {
    expect(selectedCount(configured(fraction, minimum).federation, clients)).toBe(selected);
  });

  it("is never nobody", () => {
    expect(() => selectedCount(configured(0.05).federation, 10)).toThrow(
      expect.objectContaining({
        name: "ConfigInvalid",
        message: expect.stringMatching(/^federation\.fraction: 0\.05 of 10 clients selects nobody; .* 0\.1/),
      }),
    );
  });

  it("is not more than there are", () => {
    expect(() => selectedCount(configured(0.5, 11).federation, 10)).toThrow(
      /^federation\.minClients: 11 is more than the 10 clients/,
    );
  });
});

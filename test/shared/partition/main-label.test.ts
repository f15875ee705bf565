import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelCounts } from "../../../shared/partition/labels.ts";
import { mainLabel, otherCount } from "../../../shared/partition/main-label.ts";

/** ceil(thousandths / 1000 * total) in integers: what the rule means, without a double in it. */
function exactCeil(thousandths: number, total: number): number {
  return Number((BigInt(thousandths) * BigInt(total) + 999n) / 1000n);
}

function labelsOf(totals: readonly number[]): Int32Array {
  return Int32Array.from(totals.flatMap((total, label) => new Array<number>(total).fill(label)));
}

/** Examples by [client][label]. */
function table(totals: readonly number[], clients: number, otherShare: number): number[][] {
  const labels = labelsOf(totals);
  const settings = { kind: "main-label" as const, clients, otherShare };
  return mainLabel.divide({ labels, classes: totals.length, settings, seed: 1 }).map((positions) =>
    labelCounts(
      Array.from(positions, (position) => labels[position] as number),
      totals.length,
    ),
  );
}

describe("the share of a foreign label", () => {
  it("is the exact ceiling for every number of examples up to 10,000 and every per cent", () => {
    const wrong: string[] = [];
    for (let percent = 0; percent < 100; percent++) {
      for (let total = 0; total <= 10_000; total++) {
        const got = otherCount(percent / 100, total);
        if (got !== exactCeil(10 * percent, total)) wrong.push(`${percent} % of ${total} is not ${got}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is the exact ceiling for every thousandth of any label", () => {
    fc.assert(
      fc.property(fc.nat({ max: 999 }), fc.nat({ max: 10_000_000 }), (thousandths, total) => {
        expect(otherCount(thousandths / 1000, total)).toBe(exactCeil(thousandths, total));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the paper's rule", () => {
  it("gives Table 1 of the paper for MNIST's totals", () => {
    const mnist = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958];
    expect(table(mnist, 10, 0.05)[1]).toEqual([346, 4331, 350, 358, 342, 316, 344, 365, 342, 348]);
  });

  it("gives every other client the ceiling, and divides the rest evenly among the main clients", () => {
    const cases = fc
      .record({
        totals: fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 6 }),
        clients: fc.integer({ min: 1, max: 14 }),
        thousandths: fc.nat({ max: 999 }),
      })
      .filter(({ totals, clients, thousandths }) =>
        totals.every((total) => exactCeil(thousandths, total) * clients <= total),
      );
    fc.assert(
      fc.property(cases, ({ totals, clients, thousandths }) => {
        const counts = table(totals, clients, thousandths / 1000);
        totals.forEach((total, label) => {
          const isMain = (client: number) =>
            clients >= totals.length ? client % totals.length === label : client === label % clients;
          const main = counts.filter((_, client) => isMain(client)).map((row) => row[label] as number);
          const other = counts.filter((_, client) => !isMain(client)).map((row) => row[label] as number);
          const share = exactCeil(thousandths, total);
          expect(other).toEqual(other.map(() => share));
          expect(main.reduce((sum, n) => sum + n, 0)).toBe(total - share * other.length);
          expect(main).toEqual(main.toSorted((a, b) => b - a));
          expect(Math.max(...main) - Math.min(...main)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it("leaves out foreign labels altogether at a share of 0", () => {
    expect(table([5, 6, 7], 3, 0)).toEqual([
      [5, 0, 0],
      [0, 6, 0],
      [0, 0, 7],
    ]);
  });

  it("gives several labels to a client where there are fewer clients than labels", () => {
    expect(table([10, 20, 30], 2, 0.1)).toEqual([
      [9, 2, 27],
      [1, 18, 3],
    ]);
  });

  it("shuffles each label, so that no client gets the data set's first ones", () => {
    const labels = labelsOf([1000, 1000]);
    const settings = { kind: "main-label" as const, clients: 2, otherShare: 0.5 };
    const [first] = mainLabel.divide({ labels, classes: 2, settings, seed: 1 });
    const early = first?.filter((position) => position % 1000 < 500).length ?? 0;
    // hypergeometric: mean 500, deviation 15.8
    expect(Math.abs(early - 500)).toBeLessThan(80);
  });
});

describe("a share that does not fit", () => {
  it("is refused with the largest share and the largest number of clients that fit", () => {
    const refused = fc
      .record({
        totals: fc.array(fc.integer({ min: 20, max: 300 }), { minLength: 2, maxLength: 5 }),
        clients: fc.integer({ min: 2, max: 20 }),
        thousandths: fc.integer({ min: 1, max: 999 }),
      })
      .filter(({ totals, clients, thousandths }) =>
        totals.some(
          (total) => exactCeil(thousandths, total) * (clients - Math.ceil(clients / totals.length)) > total,
        ),
      );
    fc.assert(
      fc.property(refused, ({ totals, clients, thousandths }) => {
        let message = "";
        try {
          table(totals, clients, thousandths / 1000);
        } catch (error) {
          expect(error).toMatchObject({ name: "PartitionInvalid" });
          message = error instanceof Error ? error.message : "";
        }
        const [, share, fewer] = /at most ([\d.]+) fits, .* at most (\d+) clients/.exec(message) ?? [];
        expect(message).toContain("partition.otherShare");
        expect(message).toContain(`partition.clients ${clients}`);
        const sum = (rows: number[][]) => rows.flat().reduce((total, n) => total + n, 0);
        const all = sum([totals]);
        expect(sum(table(totals, clients, Number(share)))).toBe(all);
        expect(() => table(totals, clients, Number(share) + 0.02)).toThrow();
        expect(sum(table(totals, Number(fewer), thousandths / 1000))).toBe(all);
        expect(() => table(totals, Number(fewer) + 1, thousandths / 1000)).toThrow();
      }),
    );
  });
});

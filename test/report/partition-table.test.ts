import { describe, expect, it } from "vitest";
import { partitionTable } from "../../report/partition-table.ts";

describe("the table of a partition", () => {
  it("aligns counts and shares of the client's own examples under their labels", () => {
    const text = partitionTable(
      [
        [4331, 346],
        [5, 995],
      ],
      { colors: false },
    );
    expect(text.split("\n").map((line) => line.trimEnd())).toEqual([
      "client      0      1   total",
      "0        4331    346    4677",
      "        92.6%   7.4%  100.0%",
      "1           5    995    1000",
      "         0.5%  99.5%  100.0%",
      "all      4336   1341    5677",
      "        76.4%  23.6%  100.0%",
    ]);
  });

  it("fits ten labels of seventy thousand examples into 100 columns", () => {
    const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(70_000));
    const widths = partitionTable(counts, { colors: false })
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(100);
    expect(widths).toHaveLength(1 + 2 * 11);
  });

  it("has no escape codes without colours, and makes each line's largest count bold with them", () => {
    const esc = String.fromCharCode(27);
    expect(partitionTable([[3, 20]], { colors: false })).not.toContain(esc);
    const coloured = partitionTable([[3, 20]], { colors: true });
    expect(coloured).toContain(`${esc}[1m20${esc}[22m`);
    expect(coloured).not.toContain(`${esc}[1m3${esc}[22m`);
  });

  it("shows a client or a label without examples", () => {
    expect(partitionTable([[0, 0]], { colors: false })).toMatch(/\n\s+-\s+-\s+-/);
  });
});

import { describe, expect, it } from "vitest";
import { partitionHeatmap } from "../../report/partition-heatmap.ts";

const legend = /^share of the client's examples, up to per cent: /;

describe("the heat map of a partition", () => {
  it("marks each label's share of the client's own examples, two characters a label", () => {
    const lines = partitionHeatmap(
      [
        [1, 0, 999],
        [30, 30, 30],
        [0, 7, 0],
        [100, 800, 100],
      ],
      { blocks: false },
    ).split("\n");
    expect(lines.slice(0, -1)).toEqual([
      "client  001122",
      "     0 |..  @@|",
      "     1 |------|",
      "     2 |  @@  |",
      "     3 |..%%..|",
    ]);
    expect(lines.at(-1)).toMatch(legend);
  });

  it("says up to which share each mark stands, and keeps to it", () => {
    for (const blocks of [false, true]) {
      const last =
        partitionHeatmap([[1]], { blocks })
          .split("\n")
          .at(-1) ?? "";
      const marks = [...last.matchAll(/(\S) (\d+)/g)].map(([, mark, upTo]) => ({ mark, upTo: Number(upTo) }));
      expect(marks).toHaveLength(blocks ? 4 : 9);
      for (let percent = 1; percent <= 100; percent++) {
        const row = partitionHeatmap([[percent, 100 - percent]], { blocks }).split("\n")[1] ?? "";
        expect(row[8]).toBe(marks.find(({ upTo }) => percent <= upTo)?.mark);
      }
    }
  });

  it("is plain ASCII unless blocks are asked for", () => {
    const table = [
      [1, 2, 3],
      [3, 0, 0],
    ];
    expect(partitionHeatmap(table, { blocks: false })).toMatch(/^[\x20-\x7e\n]+$/);
    // the tests' output is no terminal
    expect(partitionHeatmap(table)).toBe(partitionHeatmap(table, { blocks: false }));
    expect(partitionHeatmap(table, { blocks: true })).toContain("|██    |");
  });

  it("puts many clients side by side within 100 columns, each once", () => {
    const table = Array.from({ length: 130 }, (_, client) =>
      Array.from({ length: 10 }, (_, label) => +(label === client % 10)),
    );
    const lines = partitionHeatmap(table, { blocks: false }).split("\n");
    expect(lines.length).toBeLessThanOrEqual(1 + 44 + 1);
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(100);
    const drawn = lines.slice(1, -1).flatMap((line) => [...line.matchAll(/(\d+) \|([ @]+)\|/g)]);
    expect(drawn.map(([, client]) => Number(client)).sort((a, b) => a - b)).toEqual(
      table.map((_, client) => client),
    );
    for (const [, client, cells] of drawn) expect(cells?.indexOf("@@")).toBe(2 * (Number(client) % 10));
  });

  it("numbers more than ten labels by tens and ones, and gives many of them one column", () => {
    const counts = Array.from({ length: 62 }, (_, label) => (label === 61 ? 5 : 0));
    const [tens, ones, row] = partitionHeatmap([counts], { blocks: false }).split("\n");
    const last = row?.indexOf("@") ?? -1;
    expect(row).toHaveLength(8 + 62 + 1);
    expect(ones?.[last]).toBe("1");
    expect(tens?.[last - 1]).toBe("6");
  });

  it("leaves out clients beyond the most, and says how many", () => {
    const lines = partitionHeatmap(new Array(7).fill([1, 1]), { blocks: false, most: 3 }).split("\n");
    expect(lines.filter((line) => line.includes("|"))).toHaveLength(3);
    expect(lines.at(-1)).toBe("and 4 more clients");
  });
});

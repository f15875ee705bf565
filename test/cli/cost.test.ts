import { describe, expect, test } from "vitest";
import * as z from "zod";
import { prices } from "../../cloud/prices.ts";
import { fedstep } from "./terminal.ts";

const amounts = z.object({
  transitions: z.number(),
  bill: z.object({ dollars: z.number(), lines: z.record(z.string(), z.number()) }),
  size: z.object({ examples: z.number(), features: z.number(), classes: z.number() }),
});
const estimate = async (...args: string[]) =>
  amounts.parse(JSON.parse((await fedstep(["cost", "--json", ...args])).output));

describe("fedstep cost", () => {
  test("prints a line for each thing that is paid for, the sum, and what most of it comes from", async () => {
    const { code, output } = await fedstep(["cost", "--preset", "paper"]);
    expect(code).toBe(0);
    expect(output).toMatch(/Step Functions transitions\W+1,324\W+0\.0331\W+\d+ %/);
    expect(output).toMatch(/a run\W+0\.0[4-6]\d\d/);
    expect(output).toMatch(
      /[67]\d % of it is Step Functions transitions: one state for each participant of 100 rounds/,
    );
    expect(output).toContain(prices.asOf);
  });

  test("reckons with MNIST unless told of another data set", async () => {
    expect((await estimate("--preset", "paper")).size).toMatchObject({
      examples: 70_000,
      features: 784,
      classes: 10,
    });
    const table = await estimate("--examples", "150000", "--features", "40", "--classes", "2");
    expect(table.size).toMatchObject({ examples: 150_000, features: 40, classes: 2 });
  });

  test("takes the configuration as run does", async () => {
    const few = await estimate("--preset", "paper", "--set", "federation.rounds=50");
    const many = await estimate("--preset", "paper", "--set", "federation.rounds=100");
    // three states a round and ten clients
    expect(many.transitions - few.transitions).toBe(50 * 13);
    expect(many.bill.lines.transitions).toBeCloseTo(many.transitions * 25e-6, 12);
  });

  test.each([
    [["--examples", "0"], /takes an integer from 1/],
    [["--preset", "nobody"], /ConfigInvalid: preset/],
    [["--set", "federation.executionRounds=5000"], /HistoryTooLong: federation\.executionRounds/],
  ])("refuses %j", async (args, message) => {
    const { code, said } = await fedstep(["cost", ...args]);
    expect(code).toBe(2);
    expect(said).toMatch(message);
  });
});

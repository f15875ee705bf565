import { stripVTControlCharacters } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { showProgress } from "../../../cli/run/progress.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { drawnLines, drawnStream } from "../drawn-stream.ts";

const config = (...set: string[]) => resolveConfig({ preset: "smoke", set });

function watched(
  isTTY: boolean,
  settings = config("federation.rounds=100", "baseline.epochs=100"),
  from?: { run: string; round: number },
) {
  const { terminal, text } = drawnStream(isTTY);
  const progress = showProgress({ config: settings, from }, defaultDeployment, terminal);
  const usage = { count: 5, cold: 0, billedMs: 1000, gbSeconds: 3 };
  progress.round(0, 0.5, usage, 400);
  for (let n = 1; n <= 100; n++) {
    progress.epoch(n, 0.9 + n / 2000, 1_999);
    // only the last model is evaluated by all
    progress.round(n, 0.5 + n / 250, usage, n === 100 ? 1_999 : 71);
  }
  progress.clients?.({ invited: 10, running: 6, unfinished: [], failed: 2, retried: 1 }, 1);
  progress.end();
  return text();
}

describe("on a terminal", () => {
  // what stands there in the end is what was drawn last
  const last = (text: string) => drawnLines(text).slice(-5);

  test("bars, time left, accuracy and its curve stand beside each other, and the clients below", () => {
    const [federated = "", centralized = "", examples, clients, cost = ""] = last(watched(true));
    expect(federated).toMatch(/^federated +█{16} 100\/100 +90\.00 % +\S+ s left +[▁-█]{14}$/);
    expect(centralized).toMatch(/^centralized +█{16} 100\/100 +95\.00 % +\S+ s left +[▁-█]{14}$/);
    expect(examples).toMatch(/^examples +federated 1,999, centralized 1,999$/);
    expect(clients).toMatch(/^clients +6 of 10 running, 2 failed, 1 retried$/);
    expect(cost).toMatch(/^cost +0\.\d+ dollars on AWS so far$/);
    // 303 GB-s at 13.3 millionths of a dollar, and 100 rounds with 4 clients at 25 millionths a state: 0.004 + 0.018
    const dollars = Number(/0\.\d+/.exec(cost)?.[0]);
    expect(dollars).toBeGreaterThan(0.022);
    expect(dollars).toBeLessThan(0.04);
    // on one scale: the baseline was better all the time
    expect(federated.at(-14)).toBe("▁");
    expect(centralized.slice(-14)).toMatch(/^█+$/);
  });

  test("a fork costs what its own rounds do", () => {
    const settings = config("federation.rounds=100", "baseline.epochs=100");
    const dollars = (text: string) => Number(/(0\.\d+) dollars/.exec(last(text)[4] ?? "")?.[1]);
    const whole = dollars(watched(true, settings));
    const fork = dollars(watched(true, settings, { run: "first", round: 90 }));
    // 90 rounds and their 3 GB-s less: states of 7 and updates of 4 clients, which of them count, the models and what they read
    const ofTaken = 90 * (7 * 25e-6 + 3 * 0.0000133334 + 5 * 0.2e-6 + (4 + 3) * 5e-6 + 13 * 0.4e-6);
    // which are of a record's size for each that is taken
    expect(whole - fork).toBeGreaterThan(ofTaken - 90 * (5e-6 + 2 * 0.4e-6) - 2e-4);
    expect(whole - fork).toBeLessThan(ofTaken);
  });

  test.each([0, 1, 90, 5_000, 1e6, 1e9])("fits eighty columns where a round takes %s ms", (ms) => {
    const start = Date.now();
    let calls = 0;
    vi.spyOn(Date, "now").mockImplementation(() => start + calls++ * ms);
    onTestFinished(() => void vi.restoreAllMocks());
    const text = watched(true, config("federation.rounds=99999", "baseline.epochs=99999"));
    const widths = drawnLines(text).map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  test("says where the clients cannot be seen", () => {
    const { terminal, text } = drawnStream(true);
    const progress = showProgress({ config: config() }, defaultDeployment, terminal);
    progress.clients?.(undefined, 1);
    progress.end();
    expect(text()).toContain("states:GetExecutionHistory");
  });
});

describe("elsewhere", () => {
  test("there is a plain line for each round that was trained, and nothing to control a terminal with", () => {
    const lines = watched(false).trimEnd().split("\n");
    expect(lines).toHaveLength(100);
    expect(lines[9]).toMatch(
      /^round {2}10\/100 {2}federated 54\.00 % of 71 {2}centralized 90\.50 % of 1,999 \(epoch 10\/100\)/,
    );
    expect(lines.join("")).toBe(stripVTControlCharacters(lines.join("")));
  });

  test("nobody looks at the clients, which would cost a request each time", () => {
    const { terminal } = drawnStream(false);
    expect(showProgress({ config: config() }, defaultDeployment, terminal).clients).toBeUndefined();
  });
});

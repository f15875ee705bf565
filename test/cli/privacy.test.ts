import { describe, expect, test } from "vitest";
import { epsilonOf } from "../../shared/privacy/accountant/epsilon.ts";
import { fedstep } from "./terminal.ts";

const steps = ["--q", "0.04", "--sigma", "1.5", "--steps", "2250", "--delta", "1e-5"];

describe("fedstep privacy epsilon", () => {
  test("prints both accountants' figures as JSON", async () => {
    const { code, output } = await fedstep(["privacy", "epsilon", ...steps, "--json"]);
    expect(code).toBe(0);
    const told = JSON.parse(output);
    expect(told).toEqual({
      rdp: { epsilon: expect.closeTo(7.32911117143, 7), order: 3.9 },
      pld: { epsilon: expect.closeTo(6.769, 3) },
    });
  });

  test("prints them for people, with what they hold for", async () => {
    const { code, output } = await fedstep(["privacy", "epsilon", ...steps, "--examples", "60000"]);
    expect(code).toBe(0);
    expect(output).toMatch(/epsilon at delta 0.00001\n/);
    expect(output).toMatch(/PLD +│ +6\.7\d+ │ the figure to report/);
    expect(output).toMatch(/RDP +│ +7\.32912 │ at order 3\.9/);
    expect(output).toContain("Poisson sampling");
  });

  test("counts what else is released of the same data", async () => {
    const epsilon = async (...also: string[]) =>
      JSON.parse((await fedstep(["privacy", "epsilon", ...steps, ...also, "--json"])).output).pld.epsilon;
    const more = await epsilon("--also", "0.04,1.5,1000", "--also", "1,20,1");
    expect(more).toBeGreaterThan((await epsilon()) + 1);
    expect(await epsilon("--also", "0.04,1.5,250")).toBeCloseTo(
      JSON.parse((await fedstep(["privacy", "epsilon", ...with2500, "--json"])).output).pld.epsilon,
      10,
    );
  });
});
const with2500 = steps.map((word) => (word === "2250" ? "2500" : word));

describe("fedstep privacy sigma", () => {
  test("is the inverse, and what it prints keeps the epsilon", async () => {
    const asked = ["--epsilon", "8", "--q", "0.04", "--steps", "2250", "--delta", "1e-5"];
    const { code, output } = await fedstep(["privacy", "sigma", ...asked, "--json"]);
    expect(code).toBe(0);
    const { sigma, pld, rdp } = JSON.parse(output);
    expect(sigma).toBeCloseTo(1.3477, 2);
    expect(String(sigma).length).toBeLessThan(9);
    expect(pld.epsilon).toBeLessThanOrEqual(8);
    expect(pld.epsilon).toBeGreaterThan(7.999);
    expect(rdp.epsilon).toBeGreaterThan(8);
    const told = await fedstep(["privacy", "sigma", ...asked]);
    expect(told.output).toMatch(new RegExp(`^sigma ${sigma}\\n`));
  });
});

describe("what a beginner does wrong is told with what to change:", () => {
  const changed = (name: string, value: string) => {
    const words = ["privacy", "epsilon", ...steps];
    words[words.indexOf(`--${name}`) + 1] = value;
    return words;
  };
  const sigma = (epsilon: string) => [
    ...["privacy", "sigma", "--q", "0.04", "--steps", "10", "--delta", "1e-5", "--epsilon", epsilon],
  ];
  test.each<[string, string[], RegExp]>([
    ["a batch for q", changed("q", "256"), /^PrivacyInvalid: --q: .* is 256; .* 256 of 60,000 are 0.00427/],
    ["no noise", changed("sigma", "0"), /^PrivacyInvalid: --sigma: takes 0.05 to/],
    ["infinite noise", changed("sigma", "Infinity"), /^PrivacyInvalid: --sigma: .* is Infinity/],
    ["half a step", changed("steps", "2.5"), /^PrivacyInvalid: --steps: takes an integer/],
    ["a delta of one", changed("delta", "1"), /^PrivacyInvalid: --delta: .* is 1; a tenth of one over/],
    [
      "a delta above one over the examples",
      [...changed("delta", "0.001"), "--examples", "5000"],
      /^PrivacyInvalid: --delta: 0.001 is more than one over the 5,000 examples.* such as 0.00002/,
    ],
    ["words for a number", changed("q", "much"), /takes a number, such as 0.04/],
    [
      "a second mechanism in two words",
      [...changed("q", "0.1"), "--also", "0.1,2"],
      /takes rate, multiplier and/,
    ],
    [
      "a wrong second mechanism",
      [...changed("q", "0.1"), "--also", "7,2,3"],
      /^PrivacyInvalid: --q: .* is 7/,
    ],
    ["no epsilon", sigma("0"), /^PrivacyInvalid: --epsilon: takes a finite number above 0, and is 0/],
    ["an infinite one", sigma("Infinity"), /^PrivacyInvalid: --epsilon: .* is Infinity/],
    ["one that needs no noise", sigma("1e9"), /^PrivacyInvalid: epsilon: 1000000000 is had with less noise/],
    ["nothing", ["privacy", "epsilon"], /required option '--q/],
  ])("%s", async (_, args, message) => {
    const { code, said } = await fedstep(args);
    expect(said).toMatch(message);
    expect(code).toBe(2);
  });
});

const promised = ["--preset", "smoke", "--set", "baseline.enabled=false", "--set", "privacy.unit=example"];

describe("fedstep privacy plan", () => {
  test("says without data what a configuration's promise comes to, as the accountant has it", async () => {
    const answer = await fedstep(["privacy", "plan", ...promised, "--set", "privacy.epsilon=8", "--json"]);
    const plan = JSON.parse(answer.output);
    // three rounds of an epoch, each in steps of a twentieth
    expect(plan).toMatchObject({ steps: 60, stepsOfRound: 20, samplingRate: 0.05, delta: 1e-5 });
    const { pld } = epsilonOf([{ q: 0.05, sigma: plan.noiseMultiplier, steps: 60 }], 1e-5);
    expect(plan.epsilon).toBe(pld.epsilon);
    expect(pld.epsilon).toBeLessThanOrEqual(8);
    expect(plan.noiseNorm).toBeCloseTo(plan.noiseMultiplier * Math.sqrt(784 * 16 + 16 + 16 * 10 + 10), 9);
    // a fifth of 2,000 examples is held out, and four clients have the others
    expect(plan.noiseShare).toBeCloseTo(plan.noiseNorm / (0.05 * 400), 9);
  });

  test("prints it by round; so does what a run costs, in a line", async () => {
    const set = ["--set", "privacy.noiseMultiplier=1.5"];
    const plan = await fedstep(["privacy", "plan", ...promised, ...set]);
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.output).toMatch(/noise multiplier sigma\W+1\.5/);
    const cost = await fedstep(["cost", ...promised, ...set]);
    expect(cost.output).toMatch(/and in privacy: epsilon \d.*by noise of 1\.5 times the clip/s);
    expect((await fedstep(["cost", "--preset", "smoke"])).output).not.toContain("in privacy");
  });

  test("refuses by name what promises nothing, and what says too little", async () => {
    expect((await fedstep(["privacy", "plan", "--preset", "smoke"])).said).toContain("privacy.unit: is none");
    expect((await fedstep(["privacy", "plan", ...promised])).said).toContain("privacy.epsilon: neither");
    const few = ["--set", "privacy.epsilon=8", "--set", "dataset.limit=null", "--examples", "200000"];
    expect((await fedstep(["privacy", "plan", ...promised, ...few])).said).toContain("privacy.delta: got");
  });
});

import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { fedstep, homeBeside } from "./terminal.ts";

test("masked owners come to a model by helpers among them, recompute each on its way, and the run verifies", async () => {
  const masked = mkdtempSync(join(inject("temporary"), "demo-masks-"));
  homeBeside(join(masked, "coordinator"));
  const recomputable = ["--set", "federation.secureAggregation.recomputable=true"];
  const small = ["--rounds", "2", "--set", "model.hidden=[4]"];
  const args = ["--masks", "--home", masked, "--json", ...small, ...recomputable];
  const answer = await fedstep(["demo", "owners", ...args]);
  expect(answer).toMatchObject({ code: 0, said: "" });
  expect(JSON.parse(answer.output)).toMatchObject({
    owners: [{ rounds: 2 }, { rounds: 2 }, { rounds: 2 }, { rounds: 2 }],
    proof: { leaks: [] },
    result: { config: { federation: { secureAggregation: { helpers: "owners" } } } },
  });
  const coordinator = join(masked, "coordinator");
  const all = readdirSync(coordinator, { recursive: true, encoding: "utf8" });
  // boxes of four owners and sums of three helpers, in two rounds and the final pass
  expect(all.filter((name) => /masks.*boxes.*\.json$/.test(name))).toHaveLength(4 * 3);
  expect(all.filter((name) => /masks.*opened.*\.safetensors$/.test(name))).toHaveLength(3 * 3);
  const verified = await fedstep(["verify", "demo.first", "--home", coordinator]);
  expect(verified).toMatchObject({
    code: 0,
    output: expect.stringContaining("3 of them computed again from their updates"),
  });
  const shown = await fedstep(["owner", "show", "demo.first", "--home", join(masked, "owners", "hillside")]);
  expect(shown.output).toContain("round 3 (as helper 2): opened the sums of 4 clients' masks");
  expect(shown.output).toMatch(/round 3 \(evaluate\): .*; recomputed from the updates of round 2; left/);
});

test("masks and owners in accounts of their own are refused by name", async () => {
  const answer = await fedstep(["demo", "owners", "--masks", "--accounts", "1"]);
  expect(answer).toMatchObject({
    code: 2,
    said: expect.stringContaining("--masks: cannot go with --accounts yet"),
  });
});

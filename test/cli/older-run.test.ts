import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

/** What fedstep 0.1.0, at commit c61e413, left of a run of two rounds over sixty flowers. */
const fixture = join(import.meta.dirname, "../fixtures/run-0.1.0");
/** As that version printed it. */
const weights = "ab9915b098a75f12c527d41bef162e5d31428df0a2ce4346e33c2831876f789c";

let aws: ReturnType<typeof mockedAws>;
let home: string;
beforeEach(() => {
  aws = mockedAws();
  home = temporaryFolder();
  for (const name of readdirSync(fixture, { recursive: true, encoding: "utf8" })) {
    const path = join(fixture, name);
    if (statSync(path).isFile()) aws.bucket.contents.set(`runs/older/${name}`, readFileSync(path));
  }
});
afterEach(restoreAws);

const onAws = (command: string, ...args: string[]) =>
  fedstep([command, ...args, "--home", home, "--target", "aws"]);

/** Has the run lie there a second time under another name, since two are compared. */
function copyRun(): void {
  for (const [key, bytes] of [...aws.bucket.contents]) {
    const text = Buffer.from(bytes).toString("latin1").replaceAll('"older"', '"other"');
    aws.bucket.contents.set(key.replace("runs/older/", "runs/other/"), Buffer.from(text, "latin1"));
  }
}

const flowers = () => {
  const file = join(home, "flowers.csv");
  writeFileSync(file, "width,length,colour\n1,5,0\n5,2,2\n");
  return file;
};

describe("a run of 0.1.0, whose records name no version,", () => {
  test.each<[string, () => string[], RegExp]>([
    ["show", () => ["older"], new RegExp(`weights sha256 federated +${weights}`)],
    ["runs", () => [], /older/],
    ["report", () => ["older"], /report .*report\.html/],
    ["compare", () => ["older", "other"], /other/],
    ["predict", () => ["older", flowers()], /federated[\s\S]*centralized[\s\S]*briar/],
  ])("is read by %s", async (command, args, output) => {
    copyRun();
    const answer = await onAws(command, ...args());
    expect(answer.said).toBe("");
    expect(answer).toMatchObject({ code: 0, output: expect.stringMatching(output) });
  });

  test.each<[string, string[]]>([
    ["verify", []],
    ["resume", [keys.result("older")]],
    // of which there is nothing but what it was to do
    ["resume", [keys.result("older"), keys.plan("older")]],
  ])("is refused by %s, which names the version that goes on with it, without %j", async (command, gone) => {
    for (const key of gone) aws.bucket.contents.delete(key);
    const { code, said } = await onAws(command, "older");
    expect(said).toMatch(/fedstep 0\.1\.0 \(format 0, arithmetic 0\) began run older/);
    expect(code).toBe(2);
    // nor does an execution find it out, which would be paid for
    expect(aws.executions.size).toBe(0);
  });
});

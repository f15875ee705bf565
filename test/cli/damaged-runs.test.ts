import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

let aws: ReturnType<typeof mockedAws>;
beforeEach(async () => {
  aws = mockedAws();
  for (const run of ["sound", "hurt"]) {
    await claimRun(aws.bucket, run);
    await playRun(aws.bucket, run);
  }
});
afterEach(restoreAws);

const runs = (...args: string[]) =>
  fedstep(["runs", "--home", temporaryFolder(), "--target", "aws", ...args]);

/** What may become of an object's text, and what is then said of it. */
const damages: readonly (readonly [what: string, damage: (text: string) => string, said: string])[] = [
  ["truncated", (text) => text.slice(0, 40), "ObjectInvalid: KEY: not JSON"],
  ["emptied", () => "", "ObjectInvalid: KEY: not JSON"],
  ["changed", (text) => text.replace("0", "1"), "ObjectInvalid: KEY: was damaged or changed"],
  ["of no schema", () => "{}", "ObjectInvalid: KEY: "],
];

describe.each(["config", "result"] as const)("a damaged %s.json", (record) => {
  const key = keys[record]("hurt");

  test.each(damages)(
    "that is %s hides no other run, and is named with its reason",
    async (_, damage, said) => {
      const before: { run: string }[] = JSON.parse((await runs("--json")).output);
      const text = Buffer.from(aws.bucket.contents.get(key) ?? "").toString();
      aws.bucket.contents.set(key, Buffer.from(damage(text)));

      const { code, output } = await runs();
      expect(code).toBe(0);
      expect(output).toMatch(/sound/);
      expect(output).toContain(`\nhurt: ${said.replace("KEY", key)}`);
      if (record === "result") expect(output).toMatch(/hurt .*unreadable/);

      const after: { run: string; finished: boolean; damaged: string[] }[] = JSON.parse(
        (await runs("--json")).output,
      );
      const sound = (all: { run: string }[]) => all.find(({ run }) => run === "sound");
      expect(sound(after)).toEqual(sound(before));
      const hurt = after.find(({ run }) => run === "hurt");
      expect(hurt).toMatchObject({ finished: record === "config", damaged: [expect.stringContaining(key)] });
    },
  );
});

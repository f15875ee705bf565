import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test } from "vitest";
import { localStorage } from "../../cli/targets/local.ts";
import { keys } from "../../shared/layout.ts";
import { claimFork, claimRun, playRun, toyConfig } from "../functions/played-run.ts";
import { mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

afterEach(restoreAws);

/** Runs a and ab on one data set; a keeps something at its clients. */
async function account() {
  const aws = mockedAws();
  for (const run of ["a", "ab"]) {
    await claimRun(aws.bucket, run, toyConfig("federation.strategy.name=SCAFFOLD", "federation.rounds=2"));
    await playRun(aws.bucket, run);
  }
  return { aws, keysThere: () => [...aws.bucket.contents.keys()].sort() };
}

const remove = (...args: string[]) => fedstep(["remove", ...args, "--target", "aws"]);
const isOf = (run: string) => (key: string) => new RegExp(`^(runs|updates|clients)/${run}/`).test(key);

describe("fedstep remove", () => {
  test("says first what it would delete, and deletes nothing", async () => {
    const { keysThere } = await account();
    const before = keysThere();
    const { code, output } = await remove("a");
    expect(code).toBe(0);
    for (const prefix of ["updates/a/", "clients/a/", "runs/a/"]) {
      const count = before.filter((key) => key.startsWith(prefix)).length;
      expect(output).toContain(`${prefix}  ${count} objects, `);
    }
    expect(output).toContain("data set and shards stay; --with-data");
    expect(output).toContain("nothing is deleted yet; fedstep remove a --yes --target aws deletes it");
    expect(keysThere()).toEqual(before);
  });

  test("deletes all of a run, and nothing of another whose name begins alike", async () => {
    const { keysThere } = await account();
    const before = keysThere();
    expect(await remove("a", "--yes")).toMatchObject({ code: 0 });
    expect(keysThere()).toEqual(before.filter((key) => !isOf("a")(key)));
    expect((await remove("a")).said).toMatch(/^RunMissing: there is no run "a"/);
  });

  test("leaves data that another run is on, and deletes it with the last of them", async () => {
    const { keysThere } = await account();
    const first = await remove("a", "--with-data", "--yes");
    expect(first.output).toContain("data set and shards stay, since other runs are on that data set: ab");
    expect(keysThere().some((key) => key.startsWith("shards/"))).toBe(true);
    expect(await remove("ab", "--with-data", "--yes")).toMatchObject({ code: 0 });
    expect(keysThere()).toEqual([]);
  });

  test("says which right it lacks, where S3 refuses each object of a whole request", async () => {
    const { aws } = await account();
    aws.bucket.mock
      .on(DeleteObjectsCommand)
      .resolves({ Errors: [{ Key: keys.plan("a"), Code: "AccessDenied", Message: "Access Denied" }] });
    const { code, said } = await remove("a", "--yes");
    expect(code).toBe(2);
    expect(said).toMatch(/^PermissionMissing: these AWS credentials lack the permission s3:DeleteObject; /);
    expect(said).not.toContain("\n    at ");
  });

  test("refuses a run that is under way", async () => {
    const { aws, keysThere } = await account();
    const before = keysThere();
    aws.executions.set("a", { status: "RUNNING" });
    const { code, said } = await remove("a", "--yes");
    expect(code).toBe(2);
    expect(said).toMatch(/^RunUnderWay: run a is under way; fedstep stop a --target aws stops it/);
    expect(keysThere()).toEqual(before);
  });

  test("names the runs that have taken rounds of it", async () => {
    const { aws } = await account();
    await claimFork(aws.bucket, "child", { run: "a", round: 1 });
    expect((await remove("a")).output).toMatch(/child took rounds of it: .* neither be resumed/);
  });

  test("can be repeated where it was cut off", async () => {
    const { aws, keysThere } = await account();
    let refusals = 1;
    aws.bucket.mock.on(DeleteObjectsCommand).callsFake(({ Delete }) => {
      const [{ Key }] = Delete.Objects;
      if (refusals-- > 0) return { Errors: [{ Key, Code: "SlowDown", Message: "later" }] };
      for (const one of Delete.Objects) aws.bucket.contents.delete(one.Key);
      return {};
    });
    const cut = await remove("a", "--yes");
    expect(cut.code).toBe(1);
    expect(keysThere()).toContain(keys.config("a"));
    expect(await remove("a", "--yes")).toMatchObject({ code: 0 });
    expect(keysThere().filter(isOf("a"))).toEqual([]);
  });

  test("takes a run whose configuration is damaged, and leaves its data", async () => {
    const { aws, keysThere } = await account();
    const before = keysThere();
    aws.bucket.contents.set(keys.config("a"), new TextEncoder().encode('{"run": "a'));
    expect(await remove("a", "--with-data", "--yes")).toMatchObject({ code: 0 });
    expect(keysThere()).toEqual(before.filter((key) => !isOf("a")(key)));
  });

  test("takes the copies of a local run too", async () => {
    const { aws } = await account();
    const config = aws.bucket.contents.get(keys.config("a")) ?? "";
    restoreAws();
    const home = temporaryFolder();
    const storage = await localStorage(home);
    await storage.objects.put(keys.config("a"), config, "application/json");
    await storage.close();
    mkdirSync(join(home, "runs", "a"), { recursive: true });
    writeFileSync(join(home, "runs", "a", "result.json"), "{}");
    expect(await fedstep(["remove", "a", "--yes", "--home", home])).toMatchObject({ code: 0 });
    expect(existsSync(join(home, "runs", "a"))).toBe(false);
    expect((await fedstep(["runs", "--home", home])).output).toContain("no runs yet");
  });
});

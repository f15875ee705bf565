import { afterEach, beforeEach, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import { claimRun, playRun } from "../../functions/played-run.ts";
import { mockedAws, restoreAws } from "../targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "../terminal.ts";

let aws: ReturnType<typeof mockedAws>;
beforeEach(async () => {
  aws = mockedAws();
  await claimRun(aws.bucket, "r");
  await playRun(aws.bucket, "r");
});
afterEach(restoreAws);

const verify = () => fedstep(["verify", "r", "--home", temporaryFolder(), "--target", "aws"]);

test("fedstep verify ends with 0 and says what it did where nothing is found", async () => {
  const { code, output, said } = await verify();
  expect([code, said]).toEqual([0, ""]);
  expect(output).toMatch(
    /^computed again and compared:\n {2}.*\ncompared by digest only:\n {2}.*\ncould not be checked:\n {2}/s,
  );
  expect(output).toContain("\nevery object is what the others say of it\nchain sha256 ");
});

test("it ends with 1 where an object is not what it was, and names it", async () => {
  const key = keys.report("r");
  aws.bucket.contents.set(key, Buffer.from("<html>"));
  const { code, output, said } = await verify();
  expect([code, said]).toEqual([1, "RunAltered: run r: 1 of its objects are not what they were\n"]);
  expect(output).toMatch(/^runs\/r\/report\.html: differs from byte/);
  expect(output).not.toContain("every object is what the others say of it");
});

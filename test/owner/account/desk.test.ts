import { describe, expect, test } from "vitest";
import { openLog } from "../../../cli/owner/owner-stack.ts";
import { deskHandler } from "../../../functions/owner/desk.ts";
import type { Desk } from "../../../owner/account/desk.ts";
import { type DeskRequest, deskAnswer } from "../../../shared/owners/desk.ts";
import { joinRequest } from "../../../shared/owners/request.ts";
import { openSigned } from "../../../shared/owners/signed.ts";
import { clinicTable } from "../working-owners.ts";
import { OwnersAccount } from "./account-homes.ts";

/** The desk's function over an account in memory. */
function deskOf(account: OwnersAccount, table = clinicTable(0)) {
  const place = {
    environment: { name: "Seoul Clinic", federation: "clinics" },
    home: () => account.storage(),
    readTable: async () => ({ label: "s3://bucket/data/table.csv", bytes: new TextEncoder().encode(table) }),
  } as unknown as Parameters<typeof deskHandler>[0]["place"];
  const handler = deskHandler({ place, tell: () => {} });
  const context = {
    invokedFunctionArn: "arn:aws:lambda:us-east-1:111122223000:function:fedstep-owner-Desk",
    awsRequestId: "one",
    getRemainingTimeInMillis: () => 100_000,
  };
  return async (asked: unknown) => deskAnswer.parse(await handler(asked, context));
}

const asking: DeskRequest = {
  ...{
    ask: "request",
    federation: "clinics",
    of: { label: "outcome", ids: ["patient"], drop: [], features: [], tells: ["classes"] },
  },
};

describe("the desk of an owner's stack", () => {
  test("makes the home at its first question, and asks to join by keys that stay", async () => {
    const account = new OwnersAccount();
    const ask = deskOf(account);
    const [first, second] = [await ask(asking), await ask(asking)];
    if (!("done" in first && "text" in first.done && "done" in second && "text" in second.done)) {
      throw new Error(JSON.stringify([first, second]));
    }
    expect(second.done.fingerprint).toBe(first.done.fingerprint);
    const signed = await openSigned("request", joinRequest, JSON.parse(first.done.text), "request.json");
    expect(signed.content).toMatchObject({
      federation: "clinics",
      name: "Seoul Clinic",
      place: { account: "111122223000", stack: "fedstep-owner", partition: "aws", region: "us-east-1" },
    });
    expect(first.done.said.join("\n")).toContain("stack fedstep-owner of account 111122223000, in us-east-1");
    expect(first.done.text).not.toContain("secret-");
    const { log } = await account.open();
    expect(log.entries.map(({ event }) => event)).toEqual(["made", "asked to join", "asked to join"]);
    const secrets = Object.values(account.keys.file ?? {}).filter((one) => typeof one === "string");
    expect(secrets).toHaveLength(3);
    for (const secret of secrets) expect(JSON.stringify([first, second])).not.toContain(secret);
  });

  test("is what makes a home: whoever looks before hears that, and not that a log is lost", async () => {
    const account = new OwnersAccount();
    await expect(openLog(account.storage(), "fedstep-owner")).rejects.toMatchObject({
      name: "OwnerHomeInvalid",
      message: expect.stringContaining("fedstep owner request --stack fedstep-owner"),
    });
    await deskOf(account)(asking);
    expect((await openLog(account.storage(), "fedstep-owner")).entries).toHaveLength(2);
    account.bucket.contents.delete("home/log.jsonl");
    await expect(openLog(account.storage(), "fedstep-owner")).rejects.toMatchObject({ name: "LogBroken" });
  });

  test("pauses and resumes, and says what it found", async () => {
    const account = new OwnersAccount();
    const ask = deskOf(account);
    expect(await ask({ ask: "pause" })).toEqual({
      done: { owner: "Seoul Clinic", said: ["every job is refused from now on"] },
    });
    expect(await ask({ ask: "pause" })).toEqual({
      done: { owner: "Seoul Clinic", said: ["every job is refused from now on, as before"] },
    });
    expect((await account.open()).log.paused).toBe(true);
    await ask({ ask: "resume" });
    expect((await account.open()).log.paused).toBe(false);
  });

  test.each<[string, unknown, string, string | undefined]>([
    ["what it does not do", { ask: "sign", text: "x" }, "ConfigInvalid", undefined],
    ["a field that it does not know", { ask: "pause", key: "x" }, "ConfigInvalid", undefined],
    [
      "an agreement that is none",
      { ask: "accept", versions: [{}], tellAgain: false },
      "AgreementInvalid",
      undefined,
    ],
    [
      "a federation that it has not joined",
      { ask: "leave", federation: "clinics" },
      "OwnerInvalid",
      undefined,
    ],
    ["another federation", { ask: "leave", federation: "banks" }, "OwnerInvalid", undefined],
    ["a run that does not wait", { ask: "allow", run: "clinics.first" }, "OwnerInvalid", undefined],
    ["a table without the label", asking, "DatasetInvalid", "a,b\n1,2\n3,4\n"],
  ])("says in words why it does not do %s, and leaves nothing in the log", async (_, asked, name, table) => {
    const account = new OwnersAccount();
    const answer = await deskOf(account, table)(asked);
    expect(answer).toMatchObject({ error: { name, isInput: true, message: expect.stringMatching(/./) } });
    if (account.bucket.contents.has("home/log.jsonl")) {
      expect((await account.open()).log.entries.map(({ event }) => event)).toEqual(["made"]);
    }
  });

  test("says nothing of what is no fault of its people's, which Lambda reports", async () => {
    const failing: Pick<Desk, "storage"> = { storage: new OwnersAccount().storage() };
    const place = {
      environment: { name: "Seoul Clinic", federation: "clinics" },
      home: () => failing.storage,
      readTable: () => Promise.reject(new TypeError("a bug")),
    } as unknown as Parameters<typeof deskHandler>[0]["place"];
    const handler = deskHandler({ place, tell: () => {} });
    await expect(handler(asking, {} as never)).rejects.toThrow("a bug");
  });
});

import {
  GetParameterCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
  type SSMClientConfig,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal } from "../s3/endpoint.ts";

/** What another Parameter Store does otherwise, by the law's name, and why. */
export type Exceptions = Readonly<Record<string, string>>;

/** What holds of every Parameter Store, asked by the SDK. @param open gives the settings of its clients */
export function parameterLaws(open: () => SSMClientConfig, exceptions: Exceptions = {}): void {
  let client: SSMClient;
  beforeAll(() => {
    client = new SSMClient({ ...open(), maxAttempts: 1 });
  });
  afterAll(() => client.destroy());
  let parameters = 0;
  const fresh = () => `/owner/keys-${++parameters}`;
  const put = (more: Partial<PutParameterCommandInput> & { Name: string }) =>
    client.send(new PutParameterCommand({ Value: "one", Type: "SecureString", ...more }));
  const get = async (Name: string, WithDecryption?: boolean) =>
    (
      await client.send(
        new GetParameterCommand({ Name, ...(WithDecryption !== undefined && { WithDecryption }) }),
      )
    ).Parameter;

  const laws: Readonly<Record<string, () => Promise<void>>> = {
    "a SecureString's value is told to who asks for it decrypted, and to nobody else": async () => {
      const Name = fresh();
      expect(await put({ Name, Value: "secret of one" })).toMatchObject({ Version: 1, Tier: "Standard" });
      expect(await get(Name, true)).toMatchObject({
        Name,
        Type: "SecureString",
        Value: "secret of one",
        Version: 1,
      });
      for (const asked of [undefined, false]) {
        const { Value } = (await get(Name, asked)) ?? {};
        expect(Value).toEqual(expect.any(String));
        expect(Value).not.toBe("secret of one");
      }
    },
    "what is told in its place does not hold the value": async () => {
      const Name = fresh();
      await put({ Name, Value: "secret of one" });
      const { Value = "" } = (await get(Name)) ?? {};
      expect(Value.length).toBeGreaterThan(100);
      expect(Value + Buffer.from(Value, "base64").toString()).not.toContain("secret of one");
      expect((await get(Name))?.Value).toBe(Value);
    },
    "a String's value is told as it is": async () => {
      const Name = fresh();
      await put({ Name, Type: "String", Value: "näme" });
      for (const asked of [undefined, false, true]) expect((await get(Name, asked))?.Value).toBe("näme");
    },
    "tells ARN, type of data, and when it was changed": async () => {
      const Name = fresh();
      const before = Date.now();
      await put({ Name });
      const { ARN, DataType, LastModifiedDate } = (await get(Name)) ?? {};
      expect(ARN).toMatch(new RegExp(`^arn:aws:ssm:us-east-1:\\d{12}:parameter${Name}$`));
      expect(DataType).toBe("text");
      expect(Math.abs((LastModifiedDate?.getTime() ?? 0) - before)).toBeLessThan(60_000);
    },
    "the ARN of a name that is no path has a slash": async () => {
      const Name = `plain-${++parameters}`;
      await put({ Name });
      expect((await get(Name))?.ARN).toMatch(new RegExp(`:parameter/${Name}$`));
    },
    "what is there stays, unless it is to be overwritten": async () => {
      const Name = fresh();
      await put({ Name });
      const again = { Name, Value: "two" };
      expect(await refusal(put(again))).toMatchObject({ name: "ParameterAlreadyExists", status: 400 });
      expect(await refusal(put({ ...again, Overwrite: false }))).toMatchObject({
        name: "ParameterAlreadyExists",
      });
      expect(await get(Name, true)).toMatchObject({ Value: "one", Version: 1 });
      expect((await put({ ...again, Overwrite: true })).Version).toBe(2);
      expect(await get(Name, true)).toMatchObject({ Value: "two", Version: 2 });
      const { Type: _, ...untyped } = {
        Type: "SecureString",
        Name,
        Value: "three",
        Overwrite: true,
      } as const;
      await client.send(new PutParameterCommand(untyped));
      expect(await get(Name, true)).toMatchObject({ Type: "SecureString", Value: "three", Version: 3 });
    },
    "to overwrite makes what is not there": async () => {
      const Name = fresh();
      expect((await put({ Name, Overwrite: true })).Version).toBe(1);
      expect((await get(Name, true))?.Value).toBe("one");
    },
    "a name's case counts": async () => {
      const Name = fresh();
      await put({ Name });
      expect(await refusal(get(Name.toUpperCase()))).toMatchObject({ name: "ParameterNotFound" });
      await put({ Name: Name.toUpperCase(), Value: "large" });
      expect((await get(Name, true))?.Value).toBe("one");
    },
    "what is not there is not found": async () => {
      expect(await refusal(get("/owner/none", true))).toMatchObject({
        name: "ParameterNotFound",
        status: 400,
      });
    },
    "a new parameter needs a type": async () => {
      const untyped = client.send(new PutParameterCommand({ Name: fresh(), Value: "one" }));
      expect(await refusal(untyped)).toMatchObject({ name: "ValidationException" });
    },
    "the standard tier has room for 4096 bytes": async () => {
      const Name = fresh();
      const Value = "v".repeat(4096);
      expect(await refusal(put({ Name, Value: `${Value}v` }))).toMatchObject({ name: "ValidationException" });
      expect(await refusal(get(Name))).toMatchObject({ name: "ParameterNotFound" });
      await put({ Name, Value });
      expect((await get(Name, true))?.Value).toBe(Value);
    },
    "a value is not empty": async () => {
      expect(await refusal(put({ Name: fresh(), Value: "" }))).toMatchObject({ name: "ValidationException" });
    },
    "no name begins with aws or ssm": async () => {
      for (const Name of ["aws-keys", "/SSM/keys", "ssmkeys"]) {
        expect(await refusal(put({ Name }))).toMatchObject({ name: "ValidationException" });
      }
      expect(await refusal(put({ Name: "/aws/keys" }))).toMatchObject({ name: "AccessDeniedException" });
    },
    "a name has letters, digits and the symbols .-_, and slashes before its parts": async () => {
      for (const Name of ["a b", "a/b", "/a//b", "/a/", "é", "/a/b$"]) {
        expect(await refusal(put({ Name })), Name).toMatchObject({ name: "ValidationException" });
      }
    },
    "a path has 15 levels at most": async () => {
      const levels = (n: number) => `/l${++parameters}${"/l".repeat(n - 1)}`;
      await put({ Name: levels(15) });
      expect(await refusal(put({ Name: levels(16) }))).toMatchObject({
        name: "HierarchyLevelLimitExceededException",
      });
    },
    "a type cannot be changed": async () => {
      const Name = fresh();
      await put({ Name });
      const changed = put({ Name, Type: "String", Overwrite: true });
      expect(await refusal(changed)).toMatchObject({ name: "HierarchyTypeMismatchException" });
    },
  };

  describe("holds that", () => {
    for (const [law, check] of Object.entries(laws)) {
      const why = exceptions[law];
      if (why === undefined) test(law, check);
      // an exception that no longer is one has to go
      else test.fails(`${law} (not here: ${why})`, check);
    }
  });
  test("every exception is of a law", () => {
    expect(Object.keys(laws)).toEqual(expect.arrayContaining(Object.keys(exceptions)));
  });
}

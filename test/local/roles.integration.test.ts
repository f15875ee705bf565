import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { XMLParser } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { sharedHome, temporaryFolder } from "../cli/terminal.ts";
import { settingsFor, signed } from "./signing.ts";

interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What a process finds in its variables. */
function keysOf(pid: number): SessionKeys {
  const variables = new Map(
    readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const get = (name: string) => variables.get(name) ?? "";
  return {
    accessKeyId: get("AWS_ACCESS_KEY_ID"),
    secretAccessKey: get("AWS_SECRET_ACCESS_KEY"),
    sessionToken: get("AWS_SESSION_TOKEN"),
  };
}

describe.skipIf(!existsSync("/proc/self/environ"))(
  "each function works by credentials of its own role",
  () => {
    let emulator: Emulator;
    const keys = new Map<string, SessionKeys>();
    beforeAll(async () => {
      emulator = await startEmulator({
        home: sharedHome(),
        conditions: {
          memoryMb: () => 1769,
          latencyMs: () => 0,
          initialized: (pid, { name }) => keys.set(name, keysOf(pid)),
        },
      });
      const lambda = new LambdaClient(settingsFor(emulator.url));
      for (const { name } of emulator.assembly.functions) {
        // the event is none that it knows, and its process is there all the same
        await lambda.send(new InvokeCommand({ FunctionName: name, Payload: "{}" }));
      }
      lambda.destroy();
    });
    afterAll(() => emulator?.close());

    test("as STS tells", async () => {
      expect(keys.size).toBe(emulator.assembly.functions.length);
      for (const { name, described } of emulator.assembly.functions) {
        const credentials = keys.get(name);
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const body = "Action=GetCallerIdentity&Version=2011-06-15";
        const answer = await signed(`${emulator.url}/`, "sts", {
          headers,
          body,
          ...(credentials && { credentials }),
        });
        const arn: unknown = new XMLParser().parse(await answer.text()).GetCallerIdentityResponse
          .GetCallerIdentityResult.Arn;
        const [, , , , account, resource] = described.role.split(":");
        expect(arn).toBe(`arn:aws:sts::${account}:assumed-${resource}/${name}`);
      }
    });

    test("and who steals a client's gets no other prefix", async () => {
      const [name = ""] = [...keys.keys()].filter((key) => key.endsWith("TrainClient"));
      const { bucket: Bucket } = emulator.assembly;
      const credentials = keys.get(name);
      const s3 = new S3Client({ ...settingsFor(emulator.url), ...(credentials && { credentials }) });
      const update = { Bucket, Key: "updates/stolen/00001/00000.safetensors" };
      for (const asked of [
        () => s3.send(new GetObjectCommand({ Bucket, Key: "datasets/any" })),
        () => s3.send(new PutObjectCommand({ Bucket, Key: "runs/stolen/result.json", Body: "{}" })),
        () => s3.send(new GetObjectCommand(update)),
        () => s3.send(new DeleteObjectCommand(update)),
        () => s3.send(new ListObjectsV2Command({ Bucket })),
      ]) {
        await expect(asked()).rejects.toMatchObject({ name: "AccessDenied" });
      }
      s3.destroy();
    });
  },
);

test("a state machine whose role may not invoke the functions fails by the service's name", async () => {
  const home = temporaryFolder();
  // of all tests: a link to it, copied as it is, would have them all denied
  const shared = realpathSync(join(sharedHome(), "assemblies"));
  cpSync(shared, join(home, "assemblies"), { recursive: true });
  for (const digest of readdirSync(join(home, "assemblies"))) {
    const file = join(home, "assemblies", digest, "fedstep.template.json");
    // an owner's, whose template is another
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    expect(text).toContain('"lambda:InvokeFunction"');
    writeFileSync(file, text.replaceAll('"lambda:InvokeFunction"', '"lambda:GetFunction"'));
  }
  const emulator = await startEmulator({ home, fastRetries: true });
  try {
    const states = new SFNClient(settingsFor(emulator.url));
    const { arn: stateMachineArn } = emulator.assembly.stateMachine;
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn, name: "denied", input: '{"preset":"smoke"}' }),
    );
    const ended = async () => states.send(new DescribeExecutionCommand({ executionArn }));
    await expect.poll(async () => (await ended()).status, { timeout: 30_000 }).toBe("FAILED");
    expect(await ended()).toMatchObject({
      error: "Lambda.AWSLambdaException",
      cause: expect.stringMatching(
        /assumed-role\/.*fedstep is not authorized to perform: lambda:InvokeFunction on resource: /,
      ),
    });
    states.destroy();
  } finally {
    await emulator.close();
  }
});

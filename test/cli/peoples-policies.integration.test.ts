import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type AccessKind,
  accessKinds,
  accessRights,
  policyName,
} from "../../cdk/constructs/access-rights.ts";
import { coordinatorAccount, region } from "../../local/assembly/names.ts";
import { type Emulator, startEmulator } from "../../local/emulator.ts";
import { keys } from "../../shared/layout.ts";
import { sign } from "../../shared/owners/signed.ts";
import { administratorVariables, signed } from "../local/signing.ts";
import { readAnswer } from "../local/sts/sts-answer.ts";
import { requestOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { flowers } from "./flowers.ts";
import { stubAwsSettings } from "./targets/refusing-service.ts";
import { fedstep, sharedHome } from "./terminal.ts";

/** Each command by a session of STS that has the policy for these people and nothing else. */

const policyOf = (kind: AccessKind) => policyName("fedstep", region, kind);

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

let emulator: Emulator;
let folder: string;
const sessions = new Map<AccessKind, Session>();

async function sessionOf(kind: AccessKind): Promise<Session> {
  const form = new URLSearchParams({
    Action: "GetFederationToken",
    Version: "2011-06-15",
    Name: kind,
    "PolicyArns.member.1.arn": `arn:aws:iam::${coordinatorAccount}:policy/${policyOf(kind)}`,
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await signed(`${emulator.url}/`, "sts", { headers, body: String(form) });
  const { Credentials: found } = (await readAnswer("GetFederationToken", answer)).result;
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = found;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function become(kind: AccessKind | "administrator"): void {
  const session = kind === "administrator" ? undefined : sessions.get(kind);
  stubAwsSettings({
    ...administratorVariables,
    AWS_ENDPOINT_URL: emulator.url,
    ...(session && {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    }),
  });
}

/** As one of the people; each has a home of its own, as on a machine of its own. */
function as(kind: AccessKind | "administrator", command: string, args: readonly string[], watch = {}) {
  become(kind);
  const home = join(folder, kind);
  mkdirSync(home, { recursive: true });
  return fedstep([...command.split(" "), ...args, "--home", home, "--target", "aws"], watch);
}

/** Starts a run and looks away. */
async function begin(kind: AccessKind | "administrator", name: string) {
  const interrupt = new AbortController();
  const onSaid = (text: string) => {
    if (text.includes("RUNNING")) interrupt.abort();
  };
  const long = ["--set", "federation.rounds=30"];
  const args = [...tableRun, "--name", name, ...long];
  expect(await as(kind, "run", args, { signal: interrupt.signal, onSaid })).toMatchObject({ code: 130 });
}

/** Of owners who ask to join; the last but one when an operator tries it, the last one by whoever may not add it. */
let requests: string[];
let tableRun: readonly string[];
let table: string;
let study: string;

beforeAll(async () => {
  emulator = await startEmulator({ home: sharedHome() });
  folder = join(sharedHome(), "people");
  mkdirSync(folder);
  table = flowers(folder);
  const small = [
    "partition.clients=3",
    "partition.otherShare=0.2",
    "model.hidden=[5]",
    "federation.rounds=2",
  ];
  const set = [...small, "baseline.epochs=1"].flatMap((one) => ["--set", one]);
  tableRun = ["--data", table, "--label", "kind", ...set];
  study = join(folder, "study.json");
  const config = {
    partition: { clients: 3, otherShare: 0.2 },
    model: { hidden: [5] },
    baseline: { epochs: 1 },
  };
  writeFileSync(
    study,
    JSON.stringify({ name: "short", config: { ...config, federation: { rounds: 1 } }, seeds: [1] }),
  );
  for (const kind of accessKinds) sessions.set(kind, await sessionOf(kind));
  // a home that has synthesized, as one has that was used before
  mkdirSync(join(folder, "Operator"));
  symlinkSync(join(sharedHome(), "assemblies"), join(folder, "Operator", "assemblies"));
  requests = await Promise.all(
    ["north", "south", "west", "late", "never"].map(async (name, number) => {
      const path = join(folder, `${name}.json`);
      writeFileSync(path, JSON.stringify(await sign("request", requestOf(name, number), await newSigner())));
      return path;
    }),
  );
  for (const request of requests.slice(0, -2)) {
    expect(await as("administrator", "federation add", [request])).toMatchObject({ code: 0 });
  }
  const scaffold = ["--set", "federation.strategy.name=SCAFFOLD"];
  for (const args of [
    ["several", ...scaffold],
    ["others", ...scaffold],
    ["alone", "--set", "federation.fraction=0.34"],
  ]) {
    expect(await as("administrator", "run", [...tableRun, "--name", ...args]), args[0]).toMatchObject({
      code: 0,
    });
  }
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator?.close();
});

/** What each command is tried with; those of an operator in an order in which one finds what the other left. */
const argsOf: Readonly<Record<string, () => readonly string[]>> = {
  runs: () => [],
  show: () => ["several"],
  report: () => ["several"],
  compare: () => ["several", "others"],
  predict: () => ["several", table, "--label", "kind"],
  cost: () => ["several"],
  follow: () => ["several"],
  run: () => [...tableRun, "--name", "mine"],
  study: () => [study, "--data", table, "--label", "kind"],
  stop: () => ["going"],
  resume: () => ["going"],
  verify: () => ["mine"],
  remove: () => ["others", "--with-data", "--yes"],
  "federation members": () => ["clinics"],
  "federation invite": () => ["clinics"],
  "federation add": () => requests.slice(-2, -1),
  "federation remove": () => ["clinics", "late"],
  "federation revoke": () => ["clinics", "west"],
  "federation tag": () => ["clinics", "north", "region=seoul"],
  "federation propose": () => [
    ...["clinics", "--clients", ownTables(), "--out", join(folder, "agreement.json")],
  ],
};

/** Of clients that the coordinator trains itself, as the owners of clinics have theirs. */
function ownTables(): string {
  const own = join(folder, "own");
  mkdirSync(own, { recursive: true });
  const rows = Array.from({ length: 20 }, (_, row) => `${20 + row},${row % 2}`);
  writeFileSync(join(own, "campus.csv"), `age,outcome\n${rows.join("\n")}\n`);
  return own;
}

describe.each([
  ["Reader", accessRights.Reader.commands],
  ["Operator", [...accessRights.Reader.commands, ...accessRights.Operator.commands]],
] as const)("a %s", (kind, commands) => {
  test.each(commands)("has all that fedstep %s takes", async (command) => {
    if (command === "stop") await begin(kind, "going");
    const answer = await as(kind, command, argsOf[command]?.() ?? []);
    expect(answer).toMatchObject({ code: 0, output: expect.stringMatching(/\S/) });
  });
});

test("an Operator goes on from a round of another run, and reads and verifies the model of one client", async () => {
  const fork = ["--from", "several@1", "--rounds", "3", "--name", "forked"];
  expect(await as("Operator", "run", fork)).toMatchObject({ code: 0 });
  expect(await as("Operator", "predict", ["alone", table, "--label", "kind"])).toMatchObject({ code: 0 });
  expect(await as("Operator", "verify", ["alone"])).toMatchObject({ code: 0 });
});

describe("a Reader of a run whose model is one client's", () => {
  test.each(["show", "report", "cost"])("has all that fedstep %s takes", async (command) => {
    expect(await as("Reader", command, ["alone"])).toMatchObject({ code: 0 });
  });

  test("has what follow takes, and is told that the model is not brought home", async () => {
    expect(await as("Reader", "follow", ["alone"])).toMatchObject({
      code: 0,
      said: expect.stringContaining("note: the federated model is made of one client's examples alone"),
    });
  });

  test("predicts by the baseline, which is of all clients, alone", async () => {
    const answer = await as("Reader", "predict", ["alone", table, "--label", "kind", "--model", "federated"]);
    expect(answer).toMatchObject({ code: 2, said: refusedFor("Operator") });
    const other = await as("Reader", "predict", ["alone", table, "--label", "kind", "--model", "baseline"]);
    expect(other).toMatchObject({ code: 0 });
  });
});

/** Why, and what to ask for; of objects that are not removed S3 tells one by one, and of no policy. */
const refusedFor = (kind: AccessKind) =>
  expect.stringMatching(
    new RegExp(
      kind === "Remover"
        ? "^PermissionMissing: .* the permission s3:DeleteObject; .*AccessDenied"
        : `^PermissionMissing: .* the policy ${policyOf(kind)}, .*(AccessDenied|HTTP status 403)`,
      "m",
    ),
  );

describe.each<[AccessKind, Readonly<Record<string, AccessKind>>]>([
  [
    "Reader",
    {
      run: "Operator",
      study: "Operator",
      verify: "Operator",
      resume: "Operator",
      stop: "Operator",
      "federation add": "Operator",
      remove: "Remover",
    },
  ],
  ["Operator", { remove: "Remover" }],
  ["Remover", { show: "Reader", predict: "Reader", compare: "Reader", run: "Operator", verify: "Operator" }],
])("a %s is refused", (kind, commands) => {
  test.each(Object.entries(commands))("fedstep %s, by the policy of a %s", async (command, needed) => {
    if (command === "stop" || command === "resume") await begin("administrator", `${kind}-${command}`);
    if (command === "resume") await as("administrator", "stop", [`${kind}-${command}`]);
    const args = {
      stop: [`${kind}-stop`],
      resume: [`${kind}-resume`],
      run: [...tableRun, "--name", `${kind}-run`, "--set", "seed=9"],
      verify: ["several"],
      remove: ["several", "--yes"],
      "federation add": requests.slice(-1),
    };
    const given = Object.entries(args).find(([name]) => name === command)?.[1] ?? argsOf[command]?.() ?? [];
    const answer = await as(kind, command, given);
    expect(answer).toMatchObject({ code: 2, said: refusedFor(needed) });
    if (command === "stop") await as("administrator", "stop", [`${kind}-stop`]);
  });
});

describe("what no command asks for is refused by AWS's code:", () => {
  const key = {
    dataset: async () => `datasets/${await digest()}/examples.safetensors`,
    config: async () => keys.config("several"),
    plan: async () => keys.plan("several"),
    global: async () => keys.global("several", 1),
    update: async () => keys.update("several", 1, 0),
    kept: async () => keys.clientState("several", 1, 0),
    state: async () => keys.roundState("several", 1),
    checkpoint: async () => keys.baselineCheckpoint("several", 1),
    oneClient: async () => keys.oneClientModel("alone", "federated", "model.safetensors"),
    model: async () => keys.model("several", "federated", "model.safetensors"),
    report: async () => keys.report("several"),
    result: async () => keys.result("several"),
  };
  const digest = async () => {
    const { Body } = await s3Of("Operator").send(
      new GetObjectCommand({ Bucket: emulator.assembly.bucket, Key: keys.config("several") }),
    );
    return JSON.parse((await Body?.transformToString()) ?? "").dataset.digest as string;
  };
  const s3Of = (kind: AccessKind) =>
    new S3Client({ endpoint: emulator.url, region, forcePathStyle: true, ...credentialsOf(kind) });
  const statesOf = (kind: AccessKind) =>
    new SFNClient({ endpoint: emulator.url, region, ...credentialsOf(kind) });
  const credentialsOf = (kind: AccessKind) => {
    const credentials = sessions.get(kind);
    return credentials ? { credentials } : {};
  };
  type Named = keyof typeof key;
  const sends = {
    get: (Key: string) => new GetObjectCommand({ Bucket: emulator.assembly.bucket, Key }),
    put: (Key: string) =>
      new PutObjectCommand({ Bucket: emulator.assembly.bucket, Key, Body: "{}", IfNoneMatch: "*" }),
    delete: (Key: string) => new DeleteObjectCommand({ Bucket: emulator.assembly.bucket, Key }),
  };

  test.each<[AccessKind, keyof typeof sends, readonly Named[]]>([
    ["Reader", "get", ["dataset", "global", "update", "kept", "state", "checkpoint", "oneClient", "report"]],
    ["Reader", "put", ["config", "dataset", "result"]],
    ["Reader", "delete", ["config", "update", "result"]],
    ["Operator", "put", ["plan", "global", "update", "state", "model", "result"]],
    ["Operator", "delete", ["plan", "global", "dataset", "model", "result"]],
    ["Remover", "get", ["dataset", "plan", "global", "update", "model", "result"]],
    ["Remover", "put", ["config", "dataset", "result"]],
  ])("a %s may not %s %j", async (kind, action, names) => {
    const s3 = s3Of(kind);
    for (const name of names) {
      const sent: Promise<unknown> = s3.send(sends[action](await key[name]()) as GetObjectCommand);
      await expect(sent, name).rejects.toMatchObject({
        name: "AccessDenied",
        $metadata: { httpStatusCode: 403 },
      });
    }
    s3.destroy();
  });

  test.each(["Reader", "Remover"] as const)("a %s may neither start nor stop an execution", async (kind) => {
    const states = statesOf(kind);
    const { arn } = emulator.assembly.stateMachine;
    const executionArn = `${arn.replace(":stateMachine:", ":execution:")}:several`;
    for (const sent of [
      states.send(new StartExecutionCommand({ stateMachineArn: arn, name: "theirs", input: "{}" })),
      states.send(new StopExecutionCommand({ executionArn })),
    ]) {
      await expect(sent).rejects.toMatchObject({ name: "AccessDeniedException" });
    }
    states.destroy();
  });
});

test("a Remover removes, and tells what it would", async () => {
  expect(await as("Remover", "remove", ["forked"])).toMatchObject({ code: 0 });
  expect(await as("Remover", "remove", argsOf.remove?.() ?? [])).toMatchObject({ code: 0 });
  const gone = await as("Reader", "show", ["others"]);
  expect(gone).toMatchObject({ code: 2, said: expect.stringContaining("RunMissing") });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccessKind, accessRights } from "../../cdk/constructs/access-rights.ts";
import { region } from "../../local/assembly/names.ts";
import { sourcesDigest } from "../../local/assembly/sources-digest.ts";
import { type Synthesis, synthesisContext, synthesize } from "../../local/assembly/synthesis.ts";
import { startEmulator } from "../../local/emulator.ts";
import type { AuthorizationRequest } from "../../local/iam/authorize.ts";
import { localCredentials } from "../../local/iam/credential-store.ts";
import { everybody, isPeople, roleArnOf, type Who } from "../../test/cdk/deployed-rights.ts";
import { askForAJob } from "./ask-door.ts";
import { type RecordedCommand, recordedCommands } from "./commands.ts";

/** What was asked of the endpoints, by whose rights. */
export type Recorded = ReadonlyMap<Who, readonly AuthorizationRequest[]>;

/**
 * Runs commands against an emulator of a stack with settings of its own, as its administrator, while functions and state
 * machine work as their roles. What a command asks for is put down to the people whose policy is for it.
 * @throws where a command fails
 */
export async function recordRuns(
  root: string,
  settings: Readonly<Record<string, unknown>>,
  say: (text: string) => void,
): Promise<Recorded> {
  const home = mkdtempSync(join(tmpdir(), "fedstep-rights-"));
  // each once, whatever its round and client: most are repeated
  const recorded = new Map<Who, Map<string, AuthorizationRequest>>(everybody.map((who) => [who, new Map()]));
  let people: readonly AccessKind[] = [];
  const record = (who: Who, request: AuthorizationRequest) => {
    const { action, resource, context } = request;
    recorded.get(who)?.set(withoutNumbers(JSON.stringify([action, resource, context])), request);
  };
  try {
    await layOutAssembly(root, home, settings);
    const emulator = await startEmulator({
      home,
      decided: (request, denied) => {
        // S3 asks whether the door may list where a key is missing, and is told that it may not
        if (denied && request.action === "s3:ListBucket") return;
        const { role } = request.identity;
        if (role === undefined) for (const kind of people) record(kind, request);
        else
          for (const who of everybody)
            if (!isPeople(who) && role.arn === roleArnOf(who)) record(who, request);
      },
    });
    try {
      for (const command of recordedCommands(home)) {
        say(`fedstep ${command.args.join(" ")}`);
        people = command.by ? [command.by] : whoRuns(command.args[0] ?? "");
        await carryOut(root, home, emulator.url, command);
      }
      say("an owner at the door");
      people = [];
      await askForAJob(emulator);
    } finally {
      await emulator.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return new Map(Array.from(recorded, ([who, asked]) => [who, [...asked.values()]]));
}

/** The same of every round, client, epoch and digest: no statement tells them apart. */
const withoutNumbers = (text: string) => text.replace(/[0-9a-f]{64}|\d{5}/g, "0");

/** Puts the stack with these settings where the emulator looks for that of the sources. */
async function layOutAssembly(root: string, home: string, settings: Readonly<Record<string, unknown>>) {
  const work: Synthesis = { root, of: "coordinator", context: synthesisContext(root, false) };
  const assemblies = join(home, "assemblies");
  mkdirSync(assemblies, { recursive: true });
  const context = { ...work.context, ...settings };
  await synthesize({ ...work, context }, join(assemblies, sourcesDigest(work)));
}

async function carryOut(
  root: string,
  home: string,
  url: string,
  { args, interrupted }: RecordedCommand,
): Promise<void> {
  const [command = "", ...given] = args;
  const line = [join(root, "bin", "fedstep.mjs"), command, ...given, "--home", home, "--target", "aws"];
  const child = spawn(process.execPath, line, {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    },
  });
  let said = "";
  let left = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    // a second Ctrl-C would end it at once
    if (!interrupted || left || !said.includes("RUNNING")) return;
    left = true;
    child.kill("SIGINT");
  });
  const [code]: unknown[] = await once(child, "close");
  if (code !== (interrupted ? 130 : 0))
    throw new Error(`fedstep ${args.join(" ")} ended by ${code}: ${said}`);
}

/** An operator may do what a reader does. */
function whoRuns(command: string): AccessKind[] {
  const { Reader, Operator, Remover } = accessRights;
  if (Reader.commands.includes(command)) return ["Reader", "Operator"];
  if (Operator.commands.includes(command)) return ["Operator"];
  return Remover.commands.includes(command) ? ["Remover"] : [];
}

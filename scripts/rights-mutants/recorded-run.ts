import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AccessKind, accessRights } from "../../cdk/constructs/access-rights.ts";
import { region } from "../../local/assembly/names.ts";
import { startEmulator } from "../../local/emulator.ts";
import type { AuthorizationRequest } from "../../local/iam/authorize.ts";
import { localCredentials } from "../../local/iam/credential-store.ts";
import { everybody, type Who } from "../../test/cdk/deployed-rights.ts";

/** What was asked of the endpoints, by whose rights. */
export type Recorded = ReadonlyMap<Who, readonly AuthorizationRequest[]>;

const run = promisify(execFile);

/** Commands, in an order in which each finds what it works on; a fork and SCAFFOLD ask for more than a plain run. */
const commands: readonly (readonly string[])[] = [
  ["run", "--preset", "smoke", "--name", "plain"],
  ["run", "--preset", "smoke", "--name", "kept", "--set", "federation.strategy.name=SCAFFOLD"],
  ["run", "--from", "kept@1", "--name", "forked", "--rounds", "3"],
  ["runs"],
  ["show", "plain"],
  ["report", "plain"],
  ["cost", "plain"],
  ["compare", "plain", "kept"],
  ["verify", "plain"],
  ["remove", "forked", "--yes"],
];

/**
 * Runs commands against an emulator, as its administrator, while functions and state machine work as their roles.
 * What a command asks for is put down to the people whose policy is for it.
 */
export async function recordRuns(root: string, say: (text: string) => void): Promise<Recorded> {
  const home = mkdtempSync(join(tmpdir(), "fedstep-rights-"));
  const recorded = new Map<Who, AuthorizationRequest[]>(everybody.map((who) => [who, []]));
  let people: readonly AccessKind[] = [];
  const record = (who: Who, request: AuthorizationRequest) => recorded.get(who)?.push(request);
  const emulator = await startEmulator({
    home,
    decided: (request) => {
      const { role } = request.identity;
      if (role === undefined) for (const kind of people) record(kind, request);
      else
        for (const who of everybody)
          if (role.arn.endsWith(`/fedstep-${who.toLowerCase()}role`)) record(who, request);
    },
  });
  try {
    for (const [command = "", ...given] of commands) {
      say(`fedstep ${command} ${given.join(" ")}`);
      people = whoRuns(command);
      await run(
        process.execPath,
        [join(root, "bin", "fedstep.mjs"), command, ...given, "--home", home, "--target", "aws"],
        {
          env: {
            ...process.env,
            AWS_ENDPOINT_URL: emulator.url,
            AWS_REGION: region,
            AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
          },
        },
      );
    }
  } finally {
    await emulator.close();
    rmSync(home, { recursive: true, force: true });
  }
  return recorded;
}

/** An operator may do what a reader does. */
function whoRuns(command: string): AccessKind[] {
  const { Reader, Operator, Remover } = accessRights;
  if (Reader.commands.includes(command)) return ["Reader", "Operator"];
  if (Operator.commands.includes(command)) return ["Operator"];
  return Remover.commands.includes(command) ? ["Remover"] : [];
}

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { hasSources, type StackOf } from "../../cdk/project.ts";
import { synthFailed } from "../../shared/errors.ts";
import { signalGroup } from "../process-group.ts";

/** The end of what the app wrote, which is where it says what went wrong. */
const shownCharacters = 4_000;

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/**
 * What the CDK's own command line would hand to the app: the project's context, and on top what is asked for. Here
 * nothing is ever destroyed, and the function that would empty the bucket then has no stand-in; owners can take part in any
 * run, since what is public on AWS answers this machine alone.
 * @param ownerAccounts of owners whose stacks are deployed beside it, as the setting has them
 */
export function synthesisContext(root: string, tfjs: boolean, ownerAccounts = ""): Record<string, unknown> {
  // what is compiled has none: the CDK's command line takes that of the folder that a person deploys from
  const { context } = hasSources(root)
    ? cdkJson.parse(JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")))
    : {};
  // what the folder names that somebody deploys from is of no account here
  return { ...context, ownerAccounts, tfjs, removalPolicy: "retain", door: true };
}

/** What an owner's stack is synthesized with here, likewise; its own rules decide about the rest. */
export const ownersContext: Readonly<Record<string, unknown>> = { removalPolicy: "retain" };

/** What is synthesized, of which sources. */
export interface Synthesis {
  /** Absolute path of the project. */
  readonly root: string;
  readonly of: StackOf;
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Runs the CDK app in a process of its own, so that nobody waits for the CDK library where nothing is synthesized.
 * @throws SynthFailed with what the app wrote; the signal's reason
 */
export async function synthesize(
  { root, of, context }: Synthesis,
  outdir: string,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const app = spawn(process.execPath, appOf(root, of), {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // it takes two thirds of the time, and finds what CloudFormation would refuse, to which nothing here is sent
      CDK_VALIDATION: "false",
    },
    // a group of its own, so that what the app has started ends with it
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const end = () => signalGroup(app, "SIGKILL");
  signal?.addEventListener("abort", end);
  // a second Ctrl-C waits for nothing
  process.once("exit", end);
  let written = "";
  app.stderr.setEncoding("utf8").on("data", (text: string) => {
    written = (written + text).slice(-shownCharacters);
  });
  const ended = await new Promise<string | undefined>((resolve, reject) => {
    app.once("error", reject);
    app.once("close", (code, signal) => resolve(code === 0 ? undefined : `${signal ?? `exit code ${code}`}`));
  })
    .catch((cause: unknown) => {
      throw synthFailed("the CDK app did not start", { cause });
    })
    .finally(() => {
      signal?.removeEventListener("abort", end);
      process.off("exit", end);
    });
  signal?.throwIfAborted();
  if (ended !== undefined) throw synthFailed(`the CDK app ended with ${ended}:\n${written.trim()}`);
}

const apps = { coordinator: "app", owner: "owner-app" } as const satisfies Record<StackOf, string>;

/** Sources are run as they are, since they may have changed since they were compiled. */
function appOf(root: string, of: StackOf): string[] {
  if (!hasSources(root)) return [join("cdk", `${apps[of]}.js`)];
  const tsx = createRequire(join(root, "package.json")).resolve("tsx");
  return ["--import", pathToFileURL(tsx).href, join("cdk", `${apps[of]}.ts`)];
}

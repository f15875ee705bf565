import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import type { LocalFunction } from "../../../local/assembly/assembly.ts";
import { functionUrls } from "../../../local/endpoint/credential-scope.ts";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { type LambdaOptions, openLambda } from "../../../local/lambda/lambda.ts";
import { settingsFor, someCredentials, verifier } from "../signing.ts";

/** One handler with every behaviour that the tests ask of a function, named by the event's `do`. */
const source = `
import { writeFileSync } from "node:fs";
let calls = 0;
const held = [];
const behaviours = {
  echo: (event, context) => ({ event, calls, pid: process.pid, context, remaining: context.getRemainingTimeInMillis() }),
  variables: () => process.env,
  temporary: async () => (await import("node:os")).tmpdir(),
  print: ({ text }) => { console.log(text); process.stderr.write("error side of " + text + "\\n"); },
  fail: ({ name }) => { throw Object.assign(new Error("as asked"), { name }); },
  failBare: ({ name, stack }) => { throw Object.assign(new Error(), { name, stack }); },
  failWithText: () => { throw "just text"; },
  exit: ({ code }) => process.exit(code),
  hang: ({ file }) => { if (file) writeFileSync(file, String(process.pid)); return new Promise((r) => setTimeout(r, 1e6)); },
  spin: ({ file }) => { if (file) writeFileSync(file, String(process.pid)); for (;;); },
  wait: async ({ ms }) => { const from = Date.now(); await new Promise((r) => setTimeout(r, ms)); return { from, to: Date.now(), pid: process.pid }; },
  hold: async ({ mb }) => { for (let i = 0; i < mb; i += 8) { held.push(Buffer.alloc(8 << 20, 1)); await new Promise(setImmediate); } return held.length; },
  holdAndHang: async (event) => { await behaviours.hold(event); return behaviours.hang(event); },
  large: ({ bytes }) => "x".repeat(bytes - 2),
  circular: () => { const a = {}; a.a = a; return a; },
  reject: () => { Promise.reject(new Error("nobody waits")); return new Promise((r) => setTimeout(r, 1e6)); },
  nothing: () => undefined,
};
export const handler = async (event, context) => { calls += 1; return behaviours[event.do ?? "echo"](event, context); };
`;

export const account = "000000000000";
export const arnOf = (name: string): string => `arn:aws:lambda:eu-central-1:${account}:function:${name}`;

/** A folder that is gone after the test, wherever it fails. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "fedstep-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function toyFunction(
  folder: string,
  changes: Partial<LocalFunction> & { readonly source?: string; readonly file?: string } = {},
): Promise<LocalFunction> {
  const { source: text = source, file = "index.mjs", name = "toy", ...rest } = changes;
  const directory = await mkdtemp(join(folder, `${name}-`));
  await writeFile(join(directory, file), text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const bundle = { bytes: Buffer.byteLength(text), sha256 };
  const described = {
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    role: "arn:aws:iam::000000000000:role/toy",
    description: "",
    logFormat: "Text" as const,
    logGroup: `/aws/lambda/${name}`,
    tracing: "Active",
  };
  const sizes = { memoryMb: 256, timeoutSeconds: 20 };
  const defaults = { handler: "index.handler", ...sizes, environment: {}, bundle, described };
  return { name, arn: arnOf(name), directory, ...defaults, ...rest };
}

export type Changes = Partial<LambdaOptions>;

/** Lambda over toy functions, with the real SDK's client in front of it. */
export async function toyLambda(
  make: (folder: string) => Promise<readonly LocalFunction[]>,
  changes: Changes = {},
) {
  const folder = await temporaryFolder();
  const functions = await make(folder.path);
  const logsDirectory = join(folder.path, "logs");
  const lambda = await openLambda({
    functions,
    environments: 2,
    logsOf: () => logsDirectory,
    authenticator: verifier(),
    credentialsOf: someCredentials,
    ...changes,
  });
  const endpoint = await startEndpoint(0);
  endpoint.serve("lambda", lambda.handle);
  endpoint.serve(functionUrls, lambda.handleUrls);
  const client = new LambdaClient({ ...settingsFor(endpoint.url), maxAttempts: 1 });
  const invoke = async (event: object, input: Partial<InvokeCommandInput> = {}) => {
    const command = { FunctionName: functions[0]?.name, Payload: JSON.stringify(event), ...input };
    const { Payload, ...answer } = await client.send(new InvokeCommand(command));
    const text = Buffer.from(Payload ?? []).toString();
    return { ...answer, value: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    url: endpoint.url,
    handle: lambda.handle,
    reports: lambda.reports,
    client,
    invoke,
    folder: folder.path,
    /** Everything in a function's log files. */
    async logs(name: string): Promise<string> {
      const files = await readdir(join(logsDirectory, name));
      return (await Promise.all(files.map((file) => readFile(join(logsDirectory, name, file), "utf8")))).join(
        "",
      );
    },
    async [Symbol.asyncDispose]() {
      await lambda.close();
      await endpoint.close();
      client.destroy();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Polls until the condition holds; fails with its name at the deadline. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, ms = 10_000) {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(10);
  }
}

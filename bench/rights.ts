import { mkdtempSync, rmSync } from "node:fs";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { openDataset } from "../cli/dataset/open.ts";
import { followRun } from "../cli/run/follow.ts";
import { startRun, uploadDataset } from "../cli/run/launch.ts";
import { localTarget } from "../cli/targets/local.ts";
import { type AuthorizationRequest, authorize } from "../local/iam/authorize.ts";
import { CredentialStore } from "../local/iam/credential-store.ts";
import type { Rights } from "../local/iam/rights.ts";
import { signedHeaders } from "../local/iam/signature/sign.ts";
import { SignatureVerifier } from "../local/iam/signature-verifier.ts";
import { resolveConfig } from "../shared/config/resolve.ts";

const { data, rounds } = new Command("bench:rights")
  .description("What signature and policies take of each request of the preset paper")
  .option("--data <folder>", "MNIST as IDX files", process.env.FEDSTEP_DATA ?? "../shared/mnist")
  .option("--rounds <n>", "of the run whose requests are taken", "5")
  .parse()
  .opts<{ data: string; rounds: string }>();

/** So often every request is decided on; the first turns are not counted, since nothing is compiled then. */
const turns = 20;
const warming = 5;

/** What a run's functions, its state machine and the command line ask, and what of it the assembly grants. */
async function recordedRun(home: string): Promise<{ rights: Rights; requests: AuthorizationRequest[] }> {
  const requests: AuthorizationRequest[] = [];
  const target = await localTarget({
    home,
    tfjs: false,
    environments: undefined,
    say: () => {},
    decided: (request) => requests.push(request),
  });
  try {
    const dataset = await openDataset({ data, env: process.env });
    const config = resolveConfig({
      preset: "paper",
      set: [`federation.rounds=${rounds}`, "baseline.epochs=5"],
    });
    const record = await uploadDataset(target, dataset);
    const execution = await startRun(target, "rights", config, record);
    await followRun(
      target,
      "rights",
      execution,
      { round: () => {}, epoch: () => {} },
      new AbortController().signal,
    );
    return { rights: target.emulator.assembly.rights, requests };
  } finally {
    await target.close();
  }
}

/** The request as the SDK would send it, signed by a session of who has asked. */
function messageOf(
  { action, resource, identity }: AuthorizationRequest,
  store: CredentialStore,
): IncomingMessage {
  const [service = "", operation = ""] = action.split(":");
  const method = /^(Get|List|Describe)/.test(operation) ? "GET" : "PUT";
  const url = `/${resource.split(":").slice(5).join(":").replaceAll(" ", "%20")}?x-id=${operation}`;
  const given = {
    host: "127.0.0.1:4720",
    "content-type": "application/octet-stream",
    "x-amz-content-sha256": "0".repeat(64),
    "user-agent": "aws-sdk-js/3.1173.0",
    "amz-sdk-invocation-id": "00000000-0000-4000-8000-000000000000",
    "amz-sdk-request": "attempt=1; max=3",
  };
  const payloadHash = given["x-amz-content-sha256"];
  const headers = signedHeaders(
    { method, url, headers: given, payloadHash },
    service,
    store.issue(identity, 3_600),
  );
  const message = new IncomingMessage(new Socket());
  message.method = method;
  message.url = url;
  message.rawHeaders = Object.entries(headers).flat();
  Object.assign(message.headers, headers);
  return message;
}

const home = mkdtempSync(join(tmpdir(), "fedstep-bench-"));
try {
  const { rights, requests } = await recordedRun(home);
  const store = new CredentialStore();
  const verifier = new SignatureVerifier(store);
  const signed = requests.map((request) => ({ request, message: messageOf(request, store) }));
  const times = { signature: [] as number[], policies: [] as number[], both: [] as number[] };
  for (let turn = 0; turn < turns; turn++) {
    for (const { request, message } of signed) {
      const [service = ""] = request.action.split(":");
      const began = performance.now();
      verifier.authenticate(message, service, () => "0".repeat(64));
      const verified = performance.now();
      if (!authorize(rights, request).allowed) throw new Error(`${request.action} was allowed in the run`);
      const ended = performance.now();
      if (turn < warming) continue;
      times.signature.push(verified - began);
      times.policies.push(ended - verified);
      times.both.push(ended - began);
    }
  }
  console.log(`${requests.length} requests of ${rounds} rounds, ${turns - warming} times each, milliseconds`);
  for (const [what, all] of Object.entries(times)) {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(3);
    console.log(`${what}: median ${at(0.5)}, 99 % within ${at(0.99)}, at most ${at(1)}`);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, inject } from "vitest";
import { keys } from "../../shared/layout.ts";
import { agreement } from "../../shared/owners/agreement.ts";
import { sign } from "../../shared/owners/signed.ts";
import { takeUploads } from "../functions/memory-uploads.ts";
import { claimRun } from "../functions/played-run.ts";
import { idx } from "../mnist/tiny-idx.ts";
import { acceptanceOf, requestOf } from "../shared/owners/asked.ts";
import { newSigner } from "../shared/owners/keys.ts";
import { flowers } from "./flowers.ts";
import { type AwsRequest, mockedAws } from "./targets/mocked-aws.ts";
import { fedstep, sharedHome } from "./terminal.ts";

/**
 * Plays what people do with a federation, at a terminal and in an account that answers to everything: each command,
 * in the situations in which it asks for something else.
 * @returns by command what it has asked of AWS
 */
export async function everyCommand(): Promise<ReadonlyMap<string, readonly AwsRequest[]>> {
  const aws = mockedAws();
  const home = mkdtempSync(join(inject("temporary"), "access-"));
  // a stack that is synthesized once
  symlinkSync(join(sharedHome(), "assemblies"), join(home, "assemblies"));
  const asked = new Map<string, AwsRequest[]>();
  const ask = async (command: string, ...args: string[]) => {
    const before = new Set(aws.requests().map(({ input }) => input));
    const answer = await fedstep([...command.split(" "), ...args, "--home", home, "--target", "aws"], {
      isTTY: true,
    });
    const fresh = aws.requests().filter(({ input }) => !before.has(input));
    asked.set(command, [...(asked.get(command) ?? []), ...fresh]);
    return answer;
  };
  const succeeds = async (command: string, ...args: string[]) =>
    expect(await ask(command, ...args), command).toMatchObject({ code: 0 });

  // the upload is cut off, and goes on where it was
  takeUploads(aws.bucket, 2);
  const first = ["--data", pictures(home), "--config", written(home, "config.json", config), "--name", "r"];
  expect(await ask("run", ...first)).toMatchObject({ code: 1 });
  const resumed = await ask("run", ...first);
  expect(resumed).toMatchObject({ code: 0, said: expect.stringMatching(/of which 1 of 2 parts are there/) });
  const fork = ["--from", "r@1", "--rounds", "3"];
  await succeeds("run", ...fork, "--name", "forked");
  // updates that are masked, with boxes and opened sums beside them
  const masks = { helpers: "coordinator", minimumExamplesInSum: 1 };
  const masking = { ...config, federation: { ...config.federation, secureAggregation: masks } };
  const masked = written(home, "masked.json", masking);
  const study = written(home, "study.json", { name: "short", config: masking, seeds: [1] });
  await succeeds("study", study, "--data", flowers(home), "--label", "kind");
  await succeeds("verify", "r");
  // its model is one client's
  const alone = written(home, "alone.json", { ...config, partition: { ...config.partition, clients: 1 } });
  await succeeds("run", "--data", flowers(home), "--label", "kind", "--config", alone, "--name", "alone");
  await succeeds("verify", "alone");

  await succeeds("run", "--data", flowers(home), "--label", "kind", "--config", masked, "--name", "masked");
  await succeeds("verify", "masked");

  // one that is under way, fails, and is stopped
  await claimRun(aws.bucket, "going");
  await succeeds("show", "going");
  aws.executions.set("going", { status: "FAILED", error: "QuorumNotReached" });
  expect(await ask("follow", "going")).toMatchObject({ code: 1 });
  aws.executions.set("going", { status: "RUNNING" });
  await succeeds("stop", "going");

  for (const key of [keys.result("r"), keys.roundMetrics("r", 3), keys.roundMetrics("r", 2)]) {
    aws.bucket.contents.delete(key);
  }
  await succeeds("resume", "r");

  await succeeds("runs");
  await succeeds("cost", "--preset", "paper");
  await succeeds("cost", "r");
  await succeeds("cost", "going");
  await succeeds("show", "r");
  await succeeds("follow", "r");
  await succeeds("compare", "r", "forked");
  await succeeds("predict", "r", written(home, "drawing.csv", picture(1).join()));
  await succeeds("report", "r");

  await aFederationOfOwners(home, succeeds);

  // a run that cannot be started gives its name back
  aws.states.on(StartExecutionCommand).rejects(new Error("no"));
  expect(await ask("run", ...fork, "--name", "never")).toMatchObject({ code: 1 });
  expect(aws.bucket.contents.has(keys.config("never"))).toBe(false);
  await succeeds("remove", "forked");
  await succeeds("remove", "forked", "--with-data", "--yes");
  await succeeds("remove", "masked", "--yes");
  await succeeds("remove", "r", "--with-data", "--yes");
  await succeeds("remove", "going", "--with-data", "--yes");
  for (const key of aws.bucket.contents.keys())
    expect(key).not.toMatch(/^(runs|updates|clients|masks)\/(forked|masked|r)\//);
  return asked;
}

/** What a coordinator does, whose owners sign in memory. */
async function aFederationOfOwners(
  home: string,
  succeeds: (command: string, ...args: string[]) => Promise<unknown>,
): Promise<void> {
  const signers = await Promise.all([newSigner(), newSigner(), newSigner()]);
  for (const [at, signer] of signers.entries()) {
    const request = await sign("request", requestOf(`owner ${at}`, at), signer);
    await succeeds("federation add", written(home, `request-${at}.json`, request));
  }
  await succeeds("federation tag", "clinics", "owner 1", "large");
  await succeeds("federation revoke", "clinics", "owner 2");
  const again = await sign("request", requestOf("owner 2", 9), await newSigner());
  await succeeds("federation add", written(home, "request-again.json", again));
  await succeeds("federation remove", "clinics", "owner 2");
  const out = join(home, "agreement.json");
  await succeeds("federation propose", "clinics", "--cohort", "2", "--out", out);
  const agreed = agreement.parse(JSON.parse(readFileSync(out, "utf8")));
  const [first] = signers;
  if (!first) throw new Error("nobody signs");
  const file = written(
    home,
    "acceptance.json",
    await sign("acceptance", acceptanceOf(agreed, "owner 0"), first),
  );
  await succeeds("federation add", file);
  // which stands by then, and is looked at
  await succeeds("federation add", file);
  await succeeds("federation members", "clinics");
  await succeeds("federation invite", "clinics");
}

/** Its strategy keeps something at server and clients, so that every kind of object is there. */
const config = {
  partition: { clients: 3, kind: "iid" },
  federation: { rounds: 2, strategy: { name: "SCAFFOLD" } },
  model: { hidden: [5] },
  baseline: { epochs: 1 },
};

function written(home: string, name: string, content: unknown): string {
  const file = join(home, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const side = 28;
const classes = 3;
const picture = (label: number) => new Uint8Array(side ** 2).fill(200, 100 * label, 100 * label + 20);

/** Sized as MNIST's, so that a report holds the models to try; more of them than go into one part of an upload. */
function pictures(home: string): string {
  const folder = join(home, "pictures");
  mkdirSync(folder);
  const labels = Uint8Array.from({ length: 11_000 }, (_, i) => i % classes);
  const images = new Uint8Array(labels.length * side ** 2);
  labels.forEach((label, i) => {
    images.set(picture(label), i * side ** 2);
  });
  writeFileSync(join(folder, "images-idx3-ubyte"), idx([labels.length, side, side], images));
  writeFileSync(join(folder, "labels-idx1-ubyte"), idx([labels.length], labels));
  return folder;
}

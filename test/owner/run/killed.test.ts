import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { trainingFunction } from "../../../cli/federation/training-function.ts";
import type { Session } from "../../../cli/session.ts";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { openHome } from "../../../owner/home.ts";
import { homeFiles } from "../../../owner/home-files.ts";
import { readTold } from "../../../owner/told.ts";
import { type Bundle, readBundle } from "../../../owner/train.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { type Agreement, nameOf } from "../../../shared/owners/agreement.ts";
import type { DoorRequest } from "../../../shared/owners/door-protocol.ts";
import { brokenAt, sentOf } from "../../../shared/owners/log-entry.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { sharedHome } from "../../cli/terminal.ts";
import { here } from "../../cli/verify/here.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { simulatedWeights } from "../../functions/owners.ts";
import { playRun } from "../../functions/played-run.ts";
import { folder } from "../homes.ts";
import { agree, agreementAmong, run, type WorkingOwner, workingOwners } from "../working-owners.ts";
import { DoorStandIn } from "./door-stand-in.ts";
import { takes } from "./taking.ts";

/** An owner's command line as a process of its own, which is killed as a machine that loses power ends it. */
const program = fileURLToPath(new URL("../../../bin/fedstep.mjs", import.meta.url));
const shortly = (config: Config): Config => ({ ...config, federation: { ...config.federation, rounds: 2 } });

let bundle: Bundle;
beforeAll(async () => {
  const session = { signal: new AbortController().signal, say: () => {} } as Partial<Session> as Session;
  const { directory } = await trainingFunction(session, sharedHome());
  bundle = await readBundle(join(directory, "index.mjs"));
});

function ownerProcess(...args: string[]): ChildProcess & { said: string } {
  const child = spawn(process.execPath, [program, "owner", ...args], {
    env: { ...process.env, FEDSTEP_HOME: sharedHome() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = Object.assign(child, { said: "" });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text) => (told.said += String(text)));
  onTestFinished(() => void child.kill("SIGKILL"));
  return told;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.signalCode === null && child.exitCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
}

/** Whether the process has started one that trains. */
function isTraining({ pid }: ChildProcess): boolean {
  const children = `/proc/${pid}/task/${pid}/children`;
  return existsSync(children) && readFileSync(children, "utf8").trim() !== "";
}

/** When an owner's process is killed, by the round: while it trains, or when it asks this of the door, before that is done. */
type Moment = { readonly round: number; readonly when: "trains" | DoorRequest["ask"] };

/**
 * Keeps an owner's process at work through a run, and kills it at each of the moments, in their order.
 * @returns how the last one ended, which nobody has killed
 */
async function throughDeaths(
  start: () => ReturnType<typeof ownerProcess>,
  door: DoorStandIn,
  moments: readonly Moment[],
  round: () => number,
): Promise<unknown> {
  const left = [...moments];
  let process = start();
  let dying: Promise<void> | undefined;
  const die = async () => {
    await killed(process);
    process = start();
    left.shift();
    dying = undefined;
  };
  const isNow = (when: Moment["when"]) => !dying && left[0]?.when === when && left[0].round === round();
  door.before = async (request) => {
    // the others ask at the same door, while no round waits for this one
    if (!("job" in request) || !isNow(request.ask)) return;
    dying = die();
    await dying;
    throw new Error("nobody hears of it");
  };
  while (left.length > 0) {
    if (isNow("trains") && isTraining(process)) {
      dying = die();
      await dying;
    }
    await sleep(2);
  }
  const [code] = await once(process, "exit");
  expect(code, process.said).toBe(0);
  return process.said;
}

/** Linux tells which processes one has started. */
test.runIf(process.platform === "linux")(
  "an owner's process that is killed in whatever phase is started again, and the run has the bits of an undisturbed one",
  async () => {
    const bucket = new MemoryBucket();
    const owners = await workingOwners();
    const [, disturbed] = owners as [WorkingOwner, WorkingOwner, WorkingOwner];
    const agreed = await agree(bucket, owners, bundle, shortly);
    const door = await DoorStandIn.open(bucket);
    let now = 0;
    const args = [
      "--data",
      disturbed.data,
      "--home",
      disturbed.home.place,
      "--door",
      door.url,
      "--until-done",
    ];
    const dying = throughDeaths(
      () => ownerProcess("run", ...args),
      door,
      [
        { round: 1, when: "trains" },
        { round: 1, when: "send" },
        { round: 2, when: "done" },
        // the final pass: what it trains alone, what it evaluates
        { round: 3, when: "trains" },
        { round: 3, when: "done" },
      ],
      () => now,
    );
    const others = [0, 2].map((at) =>
      takes({ owner: owners[at] as WorkingOwner, agreed, bundle, url: door.url }),
    );
    const { result } = await playRun(bucket, run, {
      interfere: (round, client, _train, input) => {
        // the others are not disturbed: only while the round waits for this one is it killed
        now = client === 1 ? round : 0;
        return door.wait(agreed.members[client]?.signingKey ?? "", { agreement: nameOf(agreed), ...input });
      },
    });
    await Promise.all([dying, ...others]);
    const examples = owners.map(async ({ data }) =>
      readBySchema(await readNamed(data, "--data"), agreed.schema),
    );
    expect(result.federated.weightsSha256).toBe(await simulatedWeights(agreed, await Promise.all(examples)));
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
    const { entries } = (await openHome(disturbed.home.place)).log;
    expect(brokenAt(entries)).toBeUndefined();
    // one entry for each, whose bytes are those that arrived
    const objects = [1, 2, 3].map((round) => keys.update(run, round, 1, 1));
    const arrived = objects.map((key) => sha256Hex(bucket.contents.get(key) ?? new Uint8Array()));
    expect(sentOf(entries).map(({ object }) => object)).toEqual(objects);
    expect(sentOf(entries).map(({ sha256 }) => sha256)).toEqual(await Promise.all(arrived));
    const sends = door.asked.filter((one) => one.ask === "send" && one.job !== undefined);
    const digests = new Set(sends.map((one) => ("sha256" in one ? one.sha256 : "")));
    // nine updates of three owners, and no tenth that differs
    expect(digests.size).toBe(9);
  },
);

test("an owner that is killed while it accepts, whenever that is, tells the same once it accepts again", async () => {
  const owners = await workingOwners();
  const agreed: Agreement = agreementAmong(owners, bundle, shortly);
  const place = folder();
  const file = join(place, "agreement.json");
  writeFileSync(file, JSON.stringify(agreed));
  const accept = ({ home, data }: WorkingOwner, at: number) => {
    const out = join(place, `${at}.json`);
    rmSync(out, { force: true });
    return {
      out,
      process: ownerProcess("accept", file, "--data", data, "--home", home.place, "--out", out),
    };
  };
  const log = ({ home }: WorkingOwner) => readFileSync(join(home.place, homeFiles.log), "utf8");
  const moments: ((owner: WorkingOwner, out: string) => boolean)[] = [
    ({ home }) => existsSync(join(home.place, "lock")),
    (owner) => log(owner).includes('"agreed"'),
    (_, out) => existsSync(out),
  ];
  for (const [at, owner] of owners.entries()) {
    const first = accept(owner, at);
    while (!moments[at]?.(owner, first.out) && first.process.exitCode === null) await sleep(1);
    first.process.kill("SIGKILL");
    if (first.process.exitCode === null && first.process.signalCode === null)
      await once(first.process, "exit");
    const again = accept(owner, at);
    const [code] = await once(again.process, "exit");
    expect(code, again.process.said).toBe(0);
    const { content } = JSON.parse(readFileSync(again.out, "utf8"));
    const home = await openHome(owner.home.place);
    expect(brokenAt(home.log.entries)).toBeUndefined();
    const told = await readTold(home);
    expect(told).toHaveLength(1);
    expect(told[0]?.description).toEqual(content.description);
    expect(content).toMatchObject({ agreement: nameOf(agreed), name: `owner ${at}` });
  }
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { clinics } from "../../cli/demo/clinics.ts";
import { prove } from "../../cli/demo/proof.ts";
import { localReading } from "../../cli/targets/local.ts";
import { agreement } from "../../shared/owners/agreement.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { fedstep, homeBeside, sharedHome } from "./terminal.ts";

const shortly = ["--rounds", "2", "--set", "model.hidden=[4]"];

/** A folder whose coordinator finds the stack synthesized. */
function demoFolder(): string {
  const folder = mkdtempSync(join(inject("temporary"), "demo-"));
  homeBeside(join(folder, "coordinator"));
  return folder;
}

const outcome = z.object({
  result: resultRecord,
  weightsSha256: z.string(),
  owners: z.array(
    z.object({
      owner: z.string(),
      rows: z.number(),
      rounds: z.number(),
      bytes: z.number(),
      gained: z.unknown(),
    }),
  ),
  proof: z.object({ files: z.number(), rows: z.number(), needles: z.number(), leaks: z.array(z.unknown()) }),
});

let folder: string;
let shown: z.output<typeof outcome>;

beforeAll(async () => {
  folder = demoFolder();
  const answer = await fedstep(["demo", "owners", "--accounts", "2", "--home", folder, "--json", ...shortly]);
  expect(answer.said).toBe("");
  expect(answer.code).toBe(0);
  shown = outcome.parse(JSON.parse(answer.output));
});

/** Of the first two clinics. */
const accounts = ["111111111111", "111111111112"];

test("four owners train a model, two of them in accounts of their own, and nothing of their rows lies at the coordinator's", () => {
  const { owners, proof, weightsSha256, result } = shown;
  expect(owners.map(({ owner, rows, rounds }) => [owner, rows, rounds])).toEqual(
    clinics().map(({ name, csv }) => [name, csv.trim().split("\n").length - 1, 2]),
  );
  expect(proof).toMatchObject({ rows: 2090, leaks: [] });
  expect(proof.needles).toBeGreaterThan(10_000);
  expect(weightsSha256).toBe(result.federated.weightsSha256);
  for (const { owner, bytes, gained } of owners) {
    const sent = JSON.parse(readFileSync(join(folder, "mail", `${owner}-acceptance.json`), "utf8"));
    expect(sent.content.description).toMatchObject({ labels: null });
    const hasFolder = existsSync(join(folder, "owners", owner, "keys.json"));
    expect(hasFolder).toBe(!["harbour", "hillside"].includes(owner));
    expect(bytes).toBeGreaterThan(1000);
    // wherever it is, it has trained alone too
    expect(gained, owner).toMatchObject({ alone: expect.any(Number), federated: expect.any(Number) });
  }
});

test("an account has the table and the home, and sends below its own number alone", () => {
  const coordinator = join(folder, "coordinator");
  const all = readdirSync(coordinator, { recursive: true, encoding: "utf8" });
  for (const [at, account] of accounts.entries()) {
    const own = all.filter((name) => name.startsWith(join("accounts", account)));
    const table = own.find((name) => name.endsWith(join("data", "table.csv")));
    expect(readFileSync(join(coordinator, table ?? ""), "utf8")).toBe(clinics()[at]?.csv);
    expect(own.some((name) => name.endsWith(join("home", "log.jsonl")))).toBe(true);
    const sent = all.filter((name) => /updates.*safetensors$/.test(name) && name.includes(`/${account}/`));
    expect(sent).toHaveLength(3);
    expect(
      sent.every((name) => name.startsWith(join("s3", "fedstep-objects", "updates", "demo.first", account))),
    ).toBe(true);
  }
  const asked = JSON.parse(readFileSync(join(folder, "federation.json"), "utf8"));
  const stack = "fedstep-owner";
  expect(asked.stacks).toEqual({ fedstep: { demo: accounts.map((account) => ({ account, stack })) } });
});

test("a cell or a row that somebody plants in bucket, history, log or mail is found", async () => {
  const agreed = agreement.parse(JSON.parse(readFileSync(join(folder, "mail", "agreement.json"), "utf8")));
  const tables = clinics().map(({ name }) => ({ owner: name, file: join(folder, "tables", `${name}.csv`) }));
  const [, row = ""] = clinics()[2]?.csv.split("\n") ?? [];
  const coordinator = join(folder, "coordinator");
  const mail = join(folder, "mail");
  const home = { folder, coordinator, mail, tables: "", clients: "", logs: "", ownerHome: () => "" };
  const storage = await localReading(coordinator);
  const all = readdirSync(coordinator, { recursive: true, encoding: "utf8" });
  const places = [/^s3\/.*report\.html$/, /^executions\/.*history/, /^logs\/.*\.log$/].flatMap(
    (kind) => all.find((name) => kind.test(name)) ?? [],
  );
  places.push(join("..", "mail", "agreement.json"));
  expect(places).toHaveLength(4);
  try {
    for (const place of places) {
      const file = join(coordinator, place);
      const before = readFileSync(file);
      writeFileSync(file, Buffer.concat([before, Buffer.from(`\n${" ".repeat(9)}${row}\n`)]));
      const { leaks } = await prove(
        home,
        agreed,
        tables,
        storage.objects,
        new AbortController().signal,
      ).finally(() => writeFileSync(file, before));
      expect(leaks.length).toBeGreaterThan(0);
      for (const leak of leaks) expect(leak).toMatchObject({ owner: "lakeside", row: 1, file });
    }
  } finally {
    await storage.close();
  }
});

test("the weights are those of the simulated run over the same four files, to the bit", async () => {
  const tables = join(folder, "without-ids");
  mkdirSync(tables);
  // a simulated run reads every column, and the owners' schema leaves the id unread
  for (const { name, csv } of clinics())
    writeFileSync(join(tables, `${name}.csv`), csv.replace(/^[^,]*,/gm, ""));
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify(shown.result.config));
  const { output, said } = await fedstep([
    ...["run", "--clients", tables, "--label", "readmitted", "--config", config],
    ...["--home", sharedHome(), "--name", "simulated-clinics", "--json"],
  ]);
  expect(said).toBe("");
  expect(resultRecord.parse(JSON.parse(output)).federated.weightsSha256).toBe(shown.weightsSha256);
});

test("and those of a run in which the last clinic's table is the coordinator's, beside owners with and without an account", async () => {
  const mixed = demoFolder();
  const answer = await fedstep([
    ...["demo", "owners", "--accounts", "1", "--simulated", "1", "--home", mixed, "--json", ...shortly],
  ]);
  expect(answer).toMatchObject({ code: 0, said: "" });
  const { owners, proof, weightsSha256, result } = outcome.parse(JSON.parse(answer.output));
  expect(weightsSha256).toBe(shown.weightsSha256);
  expect(owners.map(({ owner, gained }) => [owner, gained !== null])).toEqual(
    ["harbour", "hillside", "lakeside"].map((owner) => [owner, true]),
  );
  expect(result.dataset.owners).toEqual(clinics().map(({ name }) => name));
  // of the owners' tables alone
  expect(proof).toMatchObject({ rows: 860 + 540 + 380, leaks: [] });
  const home = ["--home", join(mixed, "coordinator")];
  const verified = await fedstep(["verify", "demo.first", ...home]);
  expect(verified).toMatchObject({ code: 0 });
  expect(verified.output).toContain("every object is what the others say of it");
  const proposed = JSON.parse(readFileSync(join(mixed, "mail", "agreement.json"), "utf8"));
  expect(proposed.simulated.clients).toMatchObject([
    { name: "old-town", number: 3, train: 248, heldOut: 62 },
  ]);
});

test("the same home is not taken twice", async () => {
  const answer = await fedstep(["demo", "owners", "--home", folder]);
  expect(answer).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^OwnerHomeInvalid: --home: .* holds a federation/),
  });
});

test("tables that cannot be read are refused all at once, by name, before anything runs", async () => {
  const tables = join(demoFolder(), "tables");
  mkdirSync(tables);
  for (const name of ["a", "b", "c"])
    writeFileSync(join(tables, `${name}.csv`), `age,outcome\n${"41,0\n52,1\n".repeat(60)}old,1\n`);
  const { code, said } = await fedstep(["demo", "owners", "--home", demoFolder(), "--data", tables]);
  expect(code).toBe(2);
  for (const name of ["a", "b", "c"]) expect(said).toContain(`${name}.csv cannot be taken into a schema`);
});

/** Process ids of the owners who are at work. */
function atWork(home: string): number[] {
  return readdirSync(join(home, "owners")).flatMap((owner) => {
    const lock = join(home, "owners", owner, "running");
    return existsSync(lock)
      ? [z.object({ pid: z.number() }).parse(JSON.parse(readFileSync(lock, "utf8"))).pid]
      : [];
  });
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe("nothing is left running", () => {
  /** @param act once, when all owners are at work */
  async function disturbed(act: (pids: readonly number[]) => void, signal?: AbortSignal) {
    const home = demoFolder();
    let pids: number[] = [];
    const looking = setInterval(() => {
      if (pids.length > 0 || !existsSync(join(home, "owners"))) return;
      const found = atWork(home);
      if (found.length < 4) return;
      pids = found;
      act(found);
    }, 50);
    try {
      const answer = await fedstep(["demo", "owners", "--home", home, "--rounds", "200"], {
        ...(signal && { signal }),
      });
      expect(pids).toHaveLength(4);
      expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
      return { ...answer, home };
    } finally {
      clearInterval(looking);
    }
  }

  test("after Ctrl-C", async () => {
    const interrupt = new AbortController();
    const { code } = await disturbed(() => interrupt.abort(), interrupt.signal);
    expect(code).toBe(130);
  });

  test("after an owner's process has died, of which its log is named", async () => {
    const { code, said, home } = await disturbed(([first]) => first && process.kill(first, "SIGKILL"));
    expect(code).toBe(1);
    const { log } =
      /^OwnerEnded: \S+'s process ended with SIGKILL before the run did; (?<log>\S+) says why$/m.exec(said)
        ?.groups ?? {};
    expect(log?.startsWith(join(home, "logs"))).toBe(true);
    expect(existsSync(log ?? "")).toBe(true);
  });
});

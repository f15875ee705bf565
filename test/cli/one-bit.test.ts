import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimRun, playRun, toyConfig } from "../functions/played-run.ts";
import { mockedAws, restoreAws } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

let aws: ReturnType<typeof mockedAws>;
let stored: ReadonlyMap<string, Uint8Array>;

beforeAll(async () => {
  aws = mockedAws();
  for (const run of ["r", "s"]) {
    await claimRun(aws.bucket, run, toyConfig("federation.rounds=2", "baseline.epochs=2"));
    await playRun(aws.bucket, run);
  }
  stored = new Map(aws.bucket.contents);
});
afterAll(restoreAws);

/** What a command says, and every file that it leaves. */
async function told(args: readonly string[]): Promise<{ code: number; said: string; all: string[] }> {
  const home = temporaryFolder();
  const rows = join(temporaryFolder(), "rows.csv");
  writeFileSync(rows, `${Array.from({ length: 12 }, (_, i) => 20 * i).join()}\n`);
  const given = args.map((arg) => (arg === "ROWS" ? rows : arg));
  const { code, output, said } = await fedstep([...given, "--home", home, "--target", "aws"]);
  const files = readdirSync(home, { recursive: true, encoding: "utf8" }).sort();
  const contents = files
    .filter((file) => statSync(join(home, file)).isFile())
    .map((file) => `${file} ${readFileSync(join(home, file), "latin1")}`);
  const plain = (text: string) => text.replaceAll(home, "HOME").replaceAll(rows, "ROWS");
  return { code, said, all: [output, ...contents].map(plain) };
}

const flipped = (bytes: Uint8Array, bit: number) => {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};

describe.each([
  [["show", "r"]],
  [["show", "r", "--json"]],
  [["report", "r"]],
  [["compare", "r", "s", "--json"]],
  [["predict", "r", "ROWS", "--json"]],
  [["cost", "r"]],
  [["follow", "r"]],
])("%s", (args) => {
  test("says the same, or refuses by the key of the object of which one bit was flipped", async () => {
    aws.bucket.reads.length = 0;
    const whole = await told(args);
    expect(whole.code, whole.said).toBe(0);
    const read = [...new Set(aws.bucket.reads)];
    const check = async (key: string, place: number) => {
      const bytes = stored.get(key) ?? new Uint8Array();
      aws.bucket.contents.set(key, flipped(bytes, place % (8 * bytes.length)));
      try {
        const { code, said, all } = await told(args);
        if (code === 0) expect(all, key).toEqual(whole.all);
        else expect(said).toContain(key);
      } finally {
        aws.bucket.contents.set(key, bytes);
      }
    };
    // every object that the command reads, at its end and anywhere
    for (const key of read) await check(key, 8 * (stored.get(key)?.length ?? 0) - 12);
    const of = fc.constantFrom(...read);
    await fc.assert(fc.asyncProperty(of, fc.noBias(fc.nat()), check), { numRuns: 25 });
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { openHome } from "../../../owner/home.ts";
import { homeFiles } from "../../../owner/home-files.ts";
import type { Bundle } from "../../../owner/train.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { nameOf } from "../../../shared/owners/agreement.ts";
import { brokenAt, signedOf } from "../../../shared/owners/log-entry.ts";
import { strategySettings } from "../../../shared/strategy/strategies.ts";
import { decodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { here } from "../../cli/verify/here.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { simulatedWeights } from "../../functions/owners.ts";
import { playRun } from "../../functions/played-run.ts";
import { trainingBundle } from "../training-bundle.ts";
import { agree, run, workingOwners } from "../working-owners.ts";
import { DoorStandIn } from "./door-stand-in.ts";
import { takes } from "./taking.ts";

const rounds = 2;
let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const shortly =
  (name: string) =>
  (config: Config): Config => ({
    ...config,
    federation: { ...config.federation, rounds, strategy: strategySettings.parse({ name }) },
  });

test.each(["FedAvg", "SCAFFOLD"])(
  "owners who ask at a door come to the weights of the simulated run, and none of their rows goes over the wire: %s",
  async (name) => {
    const bucket = new MemoryBucket();
    const owners = await workingOwners();
    const agreed = await agree(bucket, owners, bundle, shortly(name));
    const door = await DoorStandIn.open(bucket);
    const taking = owners.map((owner) => takes({ owner, agreed, bundle, url: door.url }));
    const { result } = await playRun(bucket, run, {
      interfere: (_round, client, _train, input) =>
        door.wait(agreed.members[client]?.signingKey ?? "", { agreement: nameOf(agreed), ...input }),
    });
    const told = await Promise.all(taking);
    const tables = owners.map(async ({ data }) =>
      readBySchema(await readNamed(data, "--data"), agreed.schema),
    );
    const examples = await Promise.all(tables);
    expect(result.federated.weightsSha256).toBe(await simulatedWeights(agreed, examples));
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
    for (const [at, { home }] of owners.entries()) {
      const { entries } = (await openHome(home.place)).log;
      expect(brokenAt(entries)).toBeUndefined();
      expect(signedOf(entries).map(({ round }) => round)).toEqual([1, 2, 3]);
      expect(told[at]?.filter((line) => line.startsWith("sent"))).toHaveLength(rounds + 1);
      // the model that the run ended with
      const kept = readFileSync(join(home.place, homeFiles.models, `${run}.safetensors`));
      const { metadata } = decodeSafetensors(kept);
      expect(metadata).toMatchObject({
        round: String(rounds),
        weightsSha256: result.federated.weightsSha256,
      });
      expect(JSON.parse(metadata.scaling ?? "")).toMatchObject({
        mean: [expect.any(Number), expect.any(Number)],
      });
    }
    const wire = Buffer.concat(door.wire);
    expect(wire.includes("clinics")).toBe(true);
    for (const { data } of owners) {
      const rows = readFileSync(data, "utf8").trim().split("\n").slice(1);
      for (const [id = "", age, crp] of rows.map((row) => row.split(","))) {
        for (const piece of [id, `${age},${crp}`]) expect(wire.includes(piece), piece).toBe(false);
      }
    }
    for (const { x } of examples) {
      for (let row = 0; row < x.length; row += 2) {
        for (const form of formsOf(Float32Array.from(x.subarray(row, row + 2))))
          expect(wire.includes(form)).toBe(false);
      }
    }
    for (const { home } of owners) {
      const secrets = JSON.parse(readFileSync(join(home.place, homeFiles.keys), "utf8"));
      for (const secret of [secrets.signing, secrets.exchange, secrets.mac]) {
        const bytes = Buffer.from(secret, "base64url");
        for (const form of [secret, bytes.toString("base64"), bytes.toString("hex"), bytes]) {
          expect(wire.includes(form)).toBe(false);
        }
      }
    }
  },
);

/** A row's features in the bytes that numbers have. */
function formsOf(row: Float32Array): Buffer[] {
  const forms = [
    (view: DataView, at: number, value: number) => view.setFloat32(4 * at, value, true),
    (view: DataView, at: number, value: number) => view.setFloat32(4 * at, value, false),
    (view: DataView, at: number, value: number) => view.setFloat64(8 * at, value, true),
    (view: DataView, at: number, value: number) => view.setFloat64(8 * at, value, false),
  ];
  return forms.map((set, which) => {
    const bytes = Buffer.alloc((which < 2 ? 4 : 8) * row.length);
    for (const [at, value] of row.entries()) {
      set(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at, value);
    }
    return bytes;
  });
}

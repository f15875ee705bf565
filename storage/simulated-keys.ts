import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";
import { simulatedClientKey } from "../shared/client/place.ts";
import { keys } from "../shared/layout.ts";
import type { Objects } from "./objects.ts";

/** clients/RUN/key.json and masks/RUN/noise-key.json */
export const keyRecord = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Writes the key that the secret draws of a run's simulated clients come from, unless it stands: a repetition draws the same.
 * @param key 32 bytes that nobody can guess
 */
export async function keepSimulatedKey(objects: Objects, run: string, key: Uint8Array): Promise<void> {
  await objects.putNewRecord(keys.simulatedKey(run), { key: bytesToHex(key) });
}

/** The keys of a run's simulated clients; a warm environment reads the run's once. */
export class SimulatedKeys {
  readonly #objects: Objects;
  #latest: { readonly run: string; readonly key: Uint8Array } | undefined;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** @returns 32 bytes @throws ObjectMissing or ObjectInvalid */
  async of(run: string, client: number): Promise<Uint8Array> {
    if (this.#latest?.run !== run) {
      const { record } = await this.#objects.getSealed(keys.simulatedKey(run), keyRecord);
      this.#latest = { run, key: hexToBytes(record.key) };
    }
    return simulatedClientKey(this.#latest.key, client);
  }
}

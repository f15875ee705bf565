import { updateTensors, updateVectors } from "../../shared/client/update-tensors.ts";
import { sha256Hex, weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { type UpdateHeader, updateHeader } from "../../shared/workflow/round-records.ts";
import type { MemoryBucket } from "./memory-bucket.ts";

/** What a client sends, free to be changed. */
export interface Forgery {
  readonly header: UpdateHeader;
  /** None in an evaluation. */
  readonly parameters: Float32Array;
  readonly sent: Readonly<Record<string, Float32Array>>;
}

/**
 * Changes an update as somebody would who knows the format: every digest is that of what stands there.
 * @param edit changes the vectors in place, and gives the text of the header
 */
export async function forge(
  bucket: MemoryBucket,
  { run, round, client }: { readonly run: string; readonly round: number; readonly client: number },
  edit: (update: Forgery) => string | undefined,
): Promise<void> {
  const { model, config } = planRecord.parse(bucket.json(keys.plan(run)));
  const key = keys.update(run, round, client);
  const { tensors, metadata } = decodeSafetensors(bucket.contents.get(key) ?? new Uint8Array());
  const trained = tensors.size > 0;
  const { sends } = strategyOf(config).client;
  const { parameters, sent } = trained
    ? updateVectors(model, sends, tensors)
    : { parameters: new Float32Array(), sent: {} };
  const header = updateHeader.parse(JSON.parse(metadata.update ?? ""));
  const text = edit({ header, parameters, sent });
  const digests = await Promise.all(
    Object.entries(sent).map(async ([name, vector]) => [name, await weightsSha256(vector)] as const),
  );
  const update =
    text ??
    JSON.stringify({
      ...header,
      ...(trained && sends.model && { weightsSha256: await weightsSha256(parameters) }),
      sentSha256: Object.fromEntries(digests),
    });
  bucket.contents.set(
    key,
    encodeSafetensors(trained ? updateTensors(model, sends, { parameters, sent }) : [], {
      update,
      updateSha256: await sha256Hex(new TextEncoder().encode(update)),
    }),
  );
}

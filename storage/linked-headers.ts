import { objectInvalid } from "../shared/errors.ts";
import { chainAfter, type Link } from "../shared/workflow/chain.ts";

/** A link's fields in the metadata of a safetensors object, which holds texts only. */
export function linkMetadata(link: Link): Record<string, string> {
  const fields = Object.entries({ ...link, chainSha256: chainAfter(link) });
  return Object.fromEntries(fields.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/**
 * The link that a header describes, with its chain.
 * @param found digests of what the object holds
 * @param expected the chain after it, where the reader knows that
 * @throws ObjectInvalid where it is not that of the object, or not the expected one
 */
export function readLink(
  key: string,
  metadata: Readonly<Record<string, string>>,
  found: { readonly weightsSha256: string; readonly stateSha256?: string },
  expected?: string,
): Link & { readonly chainSha256: string } {
  for (const [name, digest] of Object.entries(found)) {
    if (metadata[name] === digest) continue;
    throw objectInvalid(
      `${key}: its ${partOf[name]} have digest ${digest}, its header says ${metadata[name]}`,
    );
  }
  const link = {
    before: metadata.before ?? "",
    weightsSha256: found.weightsSha256,
    stateSha256: metadata.stateSha256 ?? null,
    recordSha256: metadata.recordSha256 ?? null,
  };
  const chainSha256 = chainAfter(link);
  if (metadata.chainSha256 !== chainSha256) {
    throw objectInvalid(
      `${key}: its header makes the chain ${chainSha256}, and says ${metadata.chainSha256}`,
    );
  }
  if (expected !== undefined) assertChain(key, chainSha256, expected);
  return { ...link, chainSha256 };
}

/** @throws ObjectInvalid where what was read ends another history than the one that the reader knows */
export function assertChain(key: string, chainSha256: string, expected: string): void {
  if (chainSha256 === expected) return;
  throw objectInvalid(`${key}: its chain is ${chainSha256}, and the run goes on from ${expected}`);
}

const partOf: Readonly<Record<string, string>> = { weightsSha256: "weights", stateSha256: "momenta" };

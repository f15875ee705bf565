import { sha256Hex } from "../shared/digest.ts";

const digestOf = (text: string) => sha256Hex(new TextEncoder().encode(text));

/**
 * An object's header as safetensors' metadata, which holds strings only. The header's digest stands beside it: what a header
 * counts is no part of any vector's digest, and one bit can make another number of a number.
 */
export async function headerMetadata(
  header: object,
): Promise<{ readonly update: string; readonly updateSha256: string }> {
  const update = JSON.stringify(header);
  return { update, updateSha256: await digestOf(update) };
}

/** The header's text, and what is wrong with it; undefined where it is what its digest says. */
export async function headerText({ update = "", updateSha256 }: Readonly<Record<string, string>>): Promise<{
  readonly text: string;
  readonly problem: string | undefined;
}> {
  const digest = await digestOf(update);
  const told = digest === updateSha256;
  return {
    text: update,
    problem: told ? undefined : `its header has digest ${digest}, beside it stands ${updateSha256 ?? "none"}`,
  };
}

import * as z from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { signatureInvalid } from "../errors.ts";
import { problemsOf } from "../problems-of.ts";
import {
  fingerprintOf,
  fromBase64url,
  ownerName,
  signatureText,
  signingKey,
  toBase64url,
} from "./identity.ts";

/** What an owner signs; a signature for the one is none for another. */
export const purposes = [
  "request",
  "acceptance",
  "update",
  "rotation",
  "rotated",
  "door",
  "leave",
  "opening",
] as const;
export type Purpose = (typeof purposes)[number];

/** Changes whenever what stands in signed texts gets another meaning. */
export const protocol = 1;

/** A statement with its owner's key and signature: as it lies in files and in the bucket. */
export interface Signed<T> {
  readonly content: T;
  readonly key: string;
  readonly signature: string;
}

/** Who signs: the key that others know, and what makes signatures by it. */
export interface Signer {
  readonly key: string;
  sign(text: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The bytes that are signed: protocol, purpose and the statement, each of which a signature is for. */
function signedText(purpose: Purpose, content: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`fedstep owners ${protocol}\n${purpose}\n${canonicalJson(content)}`);
}

export async function sign<T>(purpose: Purpose, content: T, signer: Signer): Promise<Signed<T>> {
  const signature = await signer.sign(signedText(purpose, content));
  return { content, key: signer.key, signature: toBase64url(signature) };
}

/** Whether that key has signed that statement, for that purpose. @param content as it was read, before a schema adds to it */
export async function isSignedBy(
  key: string,
  purpose: Purpose,
  content: unknown,
  signature: string,
): Promise<boolean> {
  const opened = await crypto.subtle.importKey("raw", fromBase64url(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", opened, fromBase64url(signature), signedText(purpose, content));
}

const envelope = z.strictObject({ content: z.unknown(), key: signingKey, signature: signatureText });

/** Whose it says that it is, where it says so. */
const named = z.object({ name: ownerName });

/**
 * A statement that somebody has signed, with the key by which it verifies: whose that is, the caller looks up.
 * @param called how messages call it
 * @throws SignatureInvalid where it is no such statement, or not what was signed
 */
export async function openSigned<T>(
  purpose: Purpose,
  schema: z.ZodType<T>,
  value: unknown,
  called: string,
): Promise<Signed<T>> {
  const outer = envelope.safeParse(value);
  if (!outer.success) {
    throw signatureInvalid(`${called}: is not a signed ${purpose}: ${problemsOf(outer.error)}`);
  }
  const { content, key, signature } = outer.data;
  if (!(await isSignedBy(key, purpose, content, signature))) {
    throw signatureInvalid(`${called}: was changed after it was signed, or signed as something else`);
  }
  const inner = schema.safeParse(content);
  if (inner.success) return { content: inner.data, key, signature };
  const signer = named.safeParse(content).data?.name ?? "somebody";
  throw signatureInvalid(
    `${called}: is signed by ${signer} (key ${fingerprintOf(key).slice(0, 16)}), and is no ${purpose}: ${problemsOf(inner.error)}`,
  );
}

import * as z from "zod";

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** The file keys.json: nobody but its owner reads it, and nothing of it is ever said or sent. */
const keyFile = z.strictObject({
  format: z.literal(1),
  /** Private parts of Ed25519 (RFC 8032) and X25519 (RFC 7748), 32 bytes each as base64url. */
  signing: secret,
  exchange: secret,
  /** 32 bytes that data are known by, and by which nobody else can confirm a guess; left out where a service keeps the key. */
  mac: secret.optional(),
  /** The keys before, as long as a federation goes by them. */
  before: z.strictObject({ signing: secret, exchange: secret }).optional(),
});

export type KeyFile = Readonly<z.output<typeof keyFile>>;
export const keyFileSchema: z.ZodType<KeyFile> = keyFile;

/** Makes codes of 32 bytes under a key that nobody else has: the same of the same parts, one after the other. */
export type Mac = (parts: readonly Uint8Array[]) => Promise<Uint8Array>;

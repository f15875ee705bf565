import { Readable } from "node:stream";
import { objectInvalid } from "../shared/errors.ts";

/** What S3 answers to a GET, as far as its reader goes by it. */
interface Answer {
  readonly Body?: unknown;
  readonly ContentLength?: number | undefined;
}

/**
 * The bytes of an answer, up to the most that its reader takes. By its length a larger one is refused before any of it is
 * read; one that does not say its length is read up to the limit, and the rest is not waited for.
 * @throws ObjectInvalid naming key, size and limit
 */
export async function readBody(
  key: string,
  { Body: body, ContentLength: length }: Answer,
  most: number,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw objectInvalid(`${key}: answered without a body`);
  if (length !== undefined && length > most) {
    body.destroy();
    throw objectInvalid(`${key}: has ${length} bytes, and at most ${most} are read`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  // leaving the loop destroys the stream, and with it the connection
  for await (const part of body) {
    if (!(part instanceof Uint8Array)) throw objectInvalid(`${key}: answered with text in place of bytes`);
    size += part.length;
    if (size > most) {
      throw objectInvalid(`${key}: has ${size} bytes or more, and at most ${most} are read`);
    }
    parts.push(part);
  }
  return joined(parts, size);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

import type * as z from "zod";
import { objectInvalid } from "../shared/errors.ts";
import { problemsOf } from "../shared/problems-of.ts";

/** @throws ObjectInvalid naming the key and the fields */
export function parseJson<T>(key: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  return checked(key, decodeJson(key, bytes), schema);
}

/** @throws ObjectInvalid naming the key */
export function decodeJson(key: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw objectInvalid(`${key}: not JSON`, { cause: error });
  }
}

/** @throws ObjectInvalid naming the key and the fields */
export function checked<T>(key: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw objectInvalid(`${key}: ${problemsOf(parsed.error)}`);
}

import { getSystemErrorMap } from "node:util";

/** The code of a failed system call, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The system's own words for it, such as "no space left on device", without paths. */
export function systemReason(error: unknown): string {
  const number = error instanceof Error && "errno" in error ? error.errno : undefined;
  const [, words] = (typeof number === "number" && getSystemErrorMap().get(number)) || [];
  return words ?? systemCode(error) ?? (error instanceof Error ? error.message : String(error));
}

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { longestRunName, runNamePattern } from "../layout.ts";

const digestLength = 8;

/**
 * The name of the run that an execution is: its own, or where that cannot be a run's, one that is made of it. The same
 * execution is the same run however often it is asked for.
 */
export function runNameOf(execution: string): string {
  if (runNamePattern.test(execution)) return execution;
  const cleaned = execution.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[._-]+/, "");
  const readable = cleaned.slice(0, longestRunName - digestLength - 1).replace(/[._-]+$/, "") || "run";
  return `${readable}-${bytesToHex(sha256(utf8ToBytes(execution))).slice(0, digestLength)}`;
}

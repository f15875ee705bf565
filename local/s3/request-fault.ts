import type { S3Error } from "./errors.ts";

/** What is done to a request on purpose; local/chaos decides it. */
export interface RequestFault {
  /** Answered in place of doing what was asked. */
  readonly refusal?: S3Error;
  /** What is stored in place of an upload's bytes; undefined for nothing, whatever the answer says. */
  readonly store?: (bytes: Buffer) => Buffer | undefined;
  /** The checksum stays that of the bytes that were sent. */
  readonly keepsChecksum?: boolean;
  /** The object is stored, and nobody has been answered yet. */
  readonly written?: () => Promise<void>;
}

/** Asked about every request. */
export type FaultOfRequest = (
  method: string,
  path: string,
  traceId: string | undefined,
) => RequestFault | undefined;

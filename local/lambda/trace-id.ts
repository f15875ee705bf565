import { randomBytes } from "node:crypto";

/** X-Ray's header, which the runtime passes on as _X_AMZN_TRACE_ID, and the SDK with every request of a function. */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const root = `1-${seconds}-${randomBytes(12).toString("hex")}`;
  return `Root=${root};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
}

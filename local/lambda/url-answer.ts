import * as z from "zod";
import type { InvocationResult } from "./invocation.ts";

export interface UrlAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What a function answers with that says how. */
const answerSchema = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(""),
  cookies: z.array(z.string()).default([]),
  isBase64Encoded: z.boolean().default(false),
});

const json = { "content-type": "application/json" };
/** The endpoint's own affair, whatever a function says. */
const ownHeaders = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"]);

/** A refusal or failure in the words of function URLs. */
export const urlRefusal = (status: number, Message: string): UrlAnswer => ({
  status,
  headers: json,
  body: Buffer.from(JSON.stringify({ Message })),
});

const failed = urlRefusal(502, "Internal Server Error");

/**
 * By the rules of payload format 2.0: an object with a statusCode says what is answered, everything else is answered as
 * the JSON that it is. What fails, and an answer that is none, is a 502.
 */
export function urlAnswer({ errorType, payload }: InvocationResult): UrlAnswer {
  if (errorType !== undefined) return failed;
  const value: unknown = payload.length === 0 ? null : JSON.parse(payload.toString());
  const says = typeof value === "object" && value !== null && "statusCode" in value;
  if (!says) return { status: 200, headers: json, body: payload };
  const answer = answerSchema.safeParse(value);
  if (!answer.success) return failed;
  const { statusCode: status, headers, body, cookies, isBase64Encoded } = answer.data;
  const named = Object.entries(headers).flatMap(([name, one]) => {
    const header = name.toLowerCase();
    return ownHeaders.has(header) ? [] : [[header, String(one)]];
  });
  return {
    status,
    headers: {
      ...json,
      ...Object.fromEntries(named),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}

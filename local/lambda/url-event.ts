import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What a request asks of a function's URL, taken apart. */
export interface UrlTarget {
  /** Of the function: account/name. */
  readonly urlId: string;
  /** As it stands on the wire, "/" at least. */
  readonly rawPath: string;
  readonly rawQueryString: string;
}

/** Media types whose bodies are text to a function; AWS has no list of them, and this one is not confirmed. */
const textual = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b)/;

/**
 * The event of payload format 2.0
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads).
 */
export function urlEvent(
  message: IncomingMessage,
  { urlId, rawPath, rawQueryString }: UrlTarget,
  body: Buffer,
) {
  const { cookie, ...headers } = headersOf(message.rawHeaders);
  const now = new Date();
  const query = queryOf(rawQueryString);
  const isBase64Encoded = body.length > 0 && !textual.test(headers["content-type"] ?? "");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: "anonymous",
      apiId: urlId,
      domainName: headers.host,
      domainPrefix: urlId,
      http: {
        method: message.method,
        path: rawPath,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp: message.socket.remoteAddress,
        userAgent: headers["user-agent"],
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: timeText(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

/** In lower case, those of one name joined by commas. */
function headersOf(rawHeaders: readonly string[]): Partial<Record<string, string>> {
  const found = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(found);
}

function queryOf(rawQueryString: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(found);
}

/** As access logs have it: 12/Mar/2020:19:03:58 +0000. */
function timeText(time: Date): string {
  const [, day = "", month = "", year = "", clock = ""] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}

import type { IncomingHttpHeaders } from "node:http";

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Why a request is refused, or undefined where it is not. The administrator's credentials are no secret, so a web page
 * that the user happens to have open must not reach the endpoint: neither under a name that its owner points at 127.0.0.1 (DNS
 * rebinding), nor by a form or a fetch from another origin.
 */
export function objectionToForeign(headers: IncomingHttpHeaders): string | undefined {
  if (!loopbackHost.test(headers.host ?? "")) {
    return "The local endpoint answers to 127.0.0.1 and localhost only, with a bucket in the path";
  }
  const site = headers["sec-fetch-site"];
  if (headers.origin !== undefined || site === "cross-site" || site === "same-site") {
    return "The local endpoint does not answer to web pages";
  }
  return undefined;
}

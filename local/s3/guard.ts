import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors.ts";

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * The endpoint asks for no credentials, so a web page that the user happens to have open must not reach it: neither
 * under a name that its owner points at 127.0.0.1 (DNS rebinding), nor by a form or a fetch from another origin.
 */
export function refuseForeign(headers: IncomingHttpHeaders): void {
  if (!loopbackHost.test(headers.host ?? "")) {
    throw new S3Error(
      "AccessDenied",
      "The local S3 endpoint answers to 127.0.0.1 and localhost only, with the bucket in the path",
    );
  }
  const site = headers["sec-fetch-site"];
  if (headers.origin !== undefined || site === "cross-site" || site === "same-site") {
    throw new S3Error("AccessDenied", "The local S3 endpoint does not answer to web pages");
  }
}

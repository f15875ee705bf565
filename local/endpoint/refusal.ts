import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { branch, errorDocument, leaf } from "../s3/xml.ts";

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Answers in the form that the SDK of the service reads, which the request itself shows. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  refusal: Refusal,
): void {
  // what was sent is not read, and must not hold up the next request of the connection
  request.resume();
  const id = randomUUID();
  const { type, body } = formOf(request, service, refusal, id);
  response
    .writeHead(refusal.status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "x-amzn-requestid": id,
      "x-amzn-errortype": refusal.code,
    })
    .end(body);
}

function formOf({ headers }: IncomingMessage, service: string, { code, message }: Refusal, id: string) {
  const sent = headers["content-type"] ?? "";
  if (service === "s3") {
    return { type: "application/xml", body: errorDocument(code, message, { RequestId: id }) };
  }
  if (headers["x-amz-target"] !== undefined) {
    return { type: sent, body: JSON.stringify({ __type: code, message }) };
  }
  if (sent.startsWith("application/x-www-form-urlencoded")) {
    return { type: "text/xml", body: queryError("Sender", code, message, id) };
  }
  return { type: "application/json", body: JSON.stringify({ message }) };
}

/** The error document of AWS Query. */
export function queryError(type: "Sender" | "Receiver", code: string, message: string, id: string): string {
  const error = branch("Error", leaf("Type", type), leaf("Code", code), leaf("Message", message));
  return branch("ErrorResponse", error, leaf("RequestId", id));
}

import type { IncomingMessage } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { AccessControl, type AccessRequest } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import { denialSentence } from "../iam/decision.ts";
import { SignatureFault } from "../iam/signature/signature-fault.ts";
import { branch, leaf } from "../s3/xml.ts";
import { queryError } from "./refusal.ts";
import { requireSignature } from "./require-signature.ts";
import { signatureRefusal } from "./signature-refusal.ts";

/** A refusal in the service's terms. */
export class QueryError extends Error {
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

/** @returns the elements of the operation's result */
export type QueryOperation = (form: URLSearchParams, message: IncomingMessage) => string[];

export interface QueryService {
  /** As it is signed for. */
  readonly name: string;
  readonly namespace: string;
  /** By their names, which are a form's field Action. */
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** What an operation takes; undefined where it takes nothing, or decides by itself. */
  permissionOf(action: string, form: URLSearchParams, message: IncomingMessage): AccessRequest | undefined;
}

/** Tells who asks, and decides what they may. */
export interface QueryAccess {
  readonly authenticator: Authenticator;
  /** By default only administrators may do anything. */
  readonly access?: AccessControl;
}

/** AWS Query: every operation is a form that is posted to /, named by its field Action. */
export function queryApi(
  service: QueryService,
  { authenticator, access = new AccessControl() }: QueryAccess,
): FastifyInstance {
  const { name, namespace, operations } = service;
  const api = Fastify();
  requireSignature(api, authenticator, name);
  api.setErrorHandler((error: Error, request, reply) => {
    const told = toQueryError(error);
    const type = told.status < 500 ? "Sender" : "Receiver";
    return reply
      .code(told.status)
      .type("text/xml")
      .send(queryError(type, told.name, told.message, request.id));
  });
  api.post("/", async (request, reply) => {
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString() : "");
    const action = form.get("Action") ?? "";
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (operation === undefined) {
      const known = Object.keys(operations).join(", ");
      throw new QueryError("InvalidAction", `Could not find operation ${action}; there is ${known}`);
    }
    const permission = service.permissionOf(action, form, request.raw);
    const denial = permission && access.denialOf(request.raw, permission);
    if (denial) throw new QueryError("AccessDenied", denialSentence(denial), 403);
    const result = branch(`${action}Result`, ...operation(form, request.raw));
    const metadata = branch("ResponseMetadata", leaf("RequestId", request.id));
    return reply
      .type("text/xml")
      .send(`<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>`);
  });
  return api;
}

function toQueryError(error: Error): QueryError {
  if (error instanceof QueryError) return error;
  if (error instanceof SignatureFault) {
    const { query, message } = signatureRefusal(error.fault);
    return new QueryError(query, message, query === "IncompleteSignature" ? 400 : 403);
  }
  return new QueryError("InternalFailure", error.message, 500);
}

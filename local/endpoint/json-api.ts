import Fastify, { type FastifyInstance } from "fastify";
import type { AccessControl, AccessRequest } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import { denialSentence } from "../iam/decision.ts";
import { identityOf } from "../iam/requester.ts";
import { ApiError } from "./api-error.ts";
import { requireSignature } from "./require-signature.ts";

/** @param account of who asks @returns what the answer says, as JSON */
export type JsonOperation = (request: unknown, account: string) => object | Promise<object>;

export interface JsonService {
  /** As it is signed for. */
  readonly name: string;
  /** Stands before an operation's name in X-Amz-Target, and a dot between them. */
  readonly target: string;
  /** Of the protocol: "1.0" or "1.1". */
  readonly version: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, JsonOperation>>;
  /**
   * What an operation takes. @param account of who asks
   * @throws ApiError for what the service refuses whoever asks
   */
  permissionOf(operation: string, request: unknown, account: string): AccessRequest;
}

export interface JsonAccess {
  readonly authenticator: Authenticator;
  readonly access: AccessControl;
}

/** HTTP status of a refusal by its name. */
const statuses: ReadonlyMap<string, number> = new Map([
  ["InternalFailure", 500],
  ["RequestEntityTooLargeException", 413],
]);
const statusOf = (name: string): number => statuses.get(name) ?? 400;

/** AWS JSON: every operation is a POST to /, named by X-Amz-Target. */
export function jsonApi(service: JsonService, { authenticator, access }: JsonAccess): FastifyInstance {
  const contentType = `application/x-amz-json-${service.version}`;
  const prefix = `${service.target}.`;
  const api = Fastify({ bodyLimit: 4 * 1024 * 1024 });
  requireSignature(api, authenticator, service.name);
  api.setErrorHandler((error: Error, _request, reply) => {
    const { name, message } = ApiError.of(error);
    return reply
      .code(statusOf(name))
      .type(contentType)
      .send(JSON.stringify({ __type: name, message }));
  });
  api.post("/", async (request, reply) => {
    const named = String(request.headers["x-amz-target"] ?? "");
    const operation = named.startsWith(prefix) ? named.slice(prefix.length) : "";
    const { operations } = service;
    const answer = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (answer === undefined) {
      const known = Object.keys(operations).join(", ");
      throw new ApiError(
        "UnknownOperationException",
        `${named || "A request without X-Amz-Target"} is not one of ${known}`,
      );
    }
    const asked = parsed(request.body);
    const { account } = identityOf(request.raw);
    const denial = access.denialOf(request.raw, service.permissionOf(operation, asked, account));
    if (denial) throw new ApiError("AccessDeniedException", denialSentence(denial));
    return reply.type(contentType).send(JSON.stringify(await answer(asked, account)));
  });
  return api;
}

function parsed(body: unknown): unknown {
  const text = Buffer.isBuffer(body) && body.length > 0 ? body.toString() : "{}";
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("SerializationException", error instanceof Error ? error.message : String(error));
  }
}

import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { LocalFunction } from "../assembly/assembly.ts";
import { requireSignature } from "../endpoint/require-signature.ts";
import type { AccessControl } from "../iam/access-control.ts";
import { accountOfArn } from "../iam/arn.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import { denialSentence } from "../iam/decision.ts";
import { identityOf } from "../iam/requester.ts";
import { type AdmissionOptions, admit } from "./admission.ts";
import { functionConfiguration } from "./function-configuration.ts";
import { functionArn, resolveFunction } from "./function-name.ts";
import { ServiceError } from "./service-error.ts";

/** Lambda's limits on an event, in bytes: synchronous and asynchronous. */
const requestLimit = 6 * 1024 * 1024;
const eventLimit = 1024 * 1024;

/**
 * A caller that sends this header is told by an interim 102 response that its invocation has started. On AWS an
 * invocation starts at once; here it may wait for a core, and a Task's timeout must not run meanwhile.
 */
export const tellStart = "x-fedstep-tell-start";

interface Named {
  Params: { name: string };
  Querystring: { Qualifier?: string };
}

export interface InvokeApiOptions extends AdmissionOptions {
  readonly functions: readonly LocalFunction[];
  readonly access: AccessControl;
  readonly authenticator: Authenticator;
}

const header = (request: FastifyRequest, name: string): string => String(request.headers[name] ?? "");

function eventOf(body: unknown): Buffer {
  const payload = Buffer.isBuffer(body) && body.length > 0 ? body : Buffer.from("{}");
  try {
    JSON.parse(payload.toString());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError(
      400,
      "InvalidRequestContentException",
      `Could not parse request body into json: ${reason}`,
    );
  }
  return payload;
}

/** The public Invoke API, and as much of the functions' description as looking inside takes. */
export function invokeApi(options: InvokeApiOptions): FastifyInstance {
  const { functions, dispatcher, access, authenticator } = options;
  const api = Fastify({
    bodyLimit: requestLimit,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
  });
  requireSignature(api, authenticator, "lambda");
  api.setErrorHandler((error: Error & { code?: string }, request, reply) => {
    const failure = ServiceError.of(error, requestLimit);
    return reply
      .code(failure.status)
      .header("x-amzn-requestid", request.id)
      .header("x-amzn-errortype", failure.name)
      .send({
        Type: failure.status < 500 ? "User" : "Service",
        message: failure.message,
        ...failure.details,
      });
  });

  const permit = ({ raw }: FastifyRequest, action: string, resource: string): void => {
    const denial = access.denialOf(raw, { action: `lambda:${action}`, resource });
    if (denial) throw ServiceError.denied(denialSentence(denial));
  };
  const find = (request: FastifyRequest<Named>, action: string): LocalFunction => {
    const { name } = request.params;
    const { Qualifier } = request.query;
    const { account } = identityOf(request.raw);
    permit(request, action, functionArn(account, name, Qualifier));
    return resolveFunction(functions, account, name, Qualifier);
  };

  api.post<Named>("/2015-03-31/functions/:name/invocations", async (request, reply) => {
    const fn = find(request, "InvokeFunction");
    const payload = eventOf(request.body);
    const type = header(request, "x-amz-invocation-type") || "RequestResponse";
    if (type === "DryRun") return reply.code(204).send();
    const { traceId, fault } = admit(options, fn, payload);
    const requestId = randomUUID();
    reply.header("x-amzn-requestid", requestId);
    if (type === "Event") return sendEvent(fn, payload, requestId, reply);
    if (type !== "RequestResponse") {
      throw new ServiceError(400, "InvalidParameterValueException", `Unknown invocation type ${type}`);
    }
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    const first = dispatcher.invoke(fn, payload, {
      requestId,
      traceId,
      ...(fault?.kind === "ended" && { ended: fault }),
      gone: gone.signal,
      started() {
        if (request.headers[tellStart] !== undefined) reply.raw.writeProcessing();
      },
    });
    const deliveries = [first];
    if (fault?.kind === "delivered-twice") deliveries.push(dispatcher.invoke(fn, payload));
    // nobody waits for the second answer, whatever it is
    for (const delivery of deliveries) delivery.catch(() => {});
    const result = await Promise.race(deliveries);
    reply.header("content-type", "application/json").header("x-amz-executed-version", "$LATEST");
    if (result.errorType !== undefined) reply.header("x-amz-function-error", "Unhandled");
    if (header(request, "x-amz-log-type") === "Tail") {
      reply.header("x-amz-log-result", Buffer.from(result.logTail).toString("base64"));
    }
    return reply.send(result.payload);
  });

  /** The caller does not wait, and unlike AWS a failed event is not tried again. */
  const sendEvent = (fn: LocalFunction, payload: Buffer, requestId: string, reply: FastifyReply) => {
    if (payload.length > eventLimit) throw ServiceError.tooLarge(eventLimit);
    // its failure is in the log and in the report, the only places AWS would leave it too
    dispatcher.invoke(fn, payload, { requestId }).catch(() => {});
    return reply.code(202).send();
  };

  api.get("/2015-03-31/functions", async (request) => {
    permit(request, "ListFunctions", "*");
    const { account } = identityOf(request.raw);
    const own = functions.filter(({ arn }) => accountOfArn(arn) === account);
    return { Functions: own.map(functionConfiguration) };
  });
  api.get<Named>("/2015-03-31/functions/:name", async (request) => {
    const fn = find(request, "GetFunction");
    return {
      Configuration: functionConfiguration(fn),
      Code: { RepositoryType: "local", Location: fn.directory },
    };
  });
  api.get<Named>("/2015-03-31/functions/:name/configuration", async (request) =>
    functionConfiguration(find(request, "GetFunctionConfiguration")),
  );
  api.setNotFoundHandler((request) => {
    throw new ServiceError(
      404,
      "UnknownOperationException",
      `The local Lambda endpoint has no ${request.method} ${request.url}`,
    );
  });
  return api;
}

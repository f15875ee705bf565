import type { IncomingMessage, ServerResponse } from "node:http";
import type { LocalFunction } from "../assembly/assembly.ts";
import { pathOfFunction, urlPath } from "../assembly/function-url.ts";
import type { Service } from "../endpoint/endpoint.ts";
import type { AccessControl } from "../iam/access-control.ts";
import { type AdmissionOptions, admit } from "./admission.ts";
import { ServiceError } from "./service-error.ts";
import { type UrlAnswer, urlAnswer, urlRefusal } from "./url-answer.ts";
import { type UrlTarget, urlEvent } from "./url-event.ts";

/** Lambda's limit on a synchronous event, in bytes. */
const requestLimit = 6 * 1024 * 1024;

export interface UrlServiceOptions extends AdmissionOptions {
  readonly functions: readonly LocalFunction[];
  readonly access: AccessControl;
}

/**
 * Answers at the URLs of functions. Nobody signs there, so that the function's own policy alone says who may, and it
 * has to let everybody: by both actions, as AWS asks since October 2025
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html).
 */
export function urlService(options: UrlServiceOptions): Service {
  const byPath = new Map(
    options.functions.filter(({ hasUrl }) => hasUrl).map((fn) => [pathOfFunction(fn.arn), fn]),
  );
  return (message, response) => {
    const target = targetOf(message.url ?? "");
    const fn = byPath.get(`${urlPath}${target.urlId}`);
    const answered =
      fn !== undefined && mayEverybody(options.access, fn)
        ? answer(options, fn, target, message, response)
        : // whether there is such a function or not
          Promise.resolve(urlRefusal(403, "Forbidden"));
    void answered.catch(refusalFor).then((given) => send(message, response, given));
  };
}

function mayEverybody(access: AccessControl, { arn }: LocalFunction): boolean {
  const context = { "lambda:FunctionUrlAuthType": "NONE", "lambda:InvokedViaFunctionUrl": "true" };
  return ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"].every((action) =>
    access.everybodyMay({ action, resource: arn, context }),
  );
}

/** /lambda_url/ACCOUNT/NAME/path?query */
function targetOf(url: string): UrlTarget {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const [account = "", name = "", ...rest] = path.slice(urlPath.length).split("/");
  return {
    urlId: `${account}/${name}`,
    rawPath: `/${rest.join("/")}`,
    rawQueryString: mark < 0 ? "" : url.slice(mark + 1),
  };
}

async function answer(
  options: UrlServiceOptions,
  fn: LocalFunction,
  target: UrlTarget,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<UrlAnswer> {
  const body = await bodyOf(message);
  const payload = Buffer.from(JSON.stringify(urlEvent(message, target, body)));
  if (payload.length > requestLimit) throw ServiceError.tooLarge(requestLimit);
  const { traceId, fault } = admit(options, fn, payload);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const { dispatcher } = options;
  const first = dispatcher.invoke(fn, payload, {
    traceId,
    ...(fault?.kind === "ended" && { ended: fault }),
    gone: gone.signal,
  });
  const deliveries = [first];
  if (fault?.kind === "delivered-twice") deliveries.push(dispatcher.invoke(fn, payload));
  // nobody waits for the second answer, whatever it is
  for (const delivery of deliveries) delivery.catch(() => {});
  return urlAnswer(await Promise.race(deliveries));
}

function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    message.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      // the rest is read and not kept, so that the sender gets to read the answer
      if (bytes > requestLimit) reject(ServiceError.tooLarge(requestLimit));
      else chunks.push(chunk);
    });
    message.on("end", () => resolve(Buffer.concat(chunks)));
    message.on("error", reject);
  });
}

/** The words of these refusals are not confirmed, as their status is. */
function refusalFor(error: unknown): UrlAnswer {
  const known = error instanceof ServiceError && error.status < 500;
  return known ? urlRefusal(error.status, error.message) : urlRefusal(502, "Internal Server Error");
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: UrlAnswer,
): void {
  // what was sent is not read any more, and must not hold up the next request of the connection
  message.resume();
  if (response.destroyed) return;
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const bodiless = status === 204 || status === 304;
    if (!bodiless) response.setHeader("content-length", body.length);
    response.writeHead(status).end(bodiless || message.method === "HEAD" ? undefined : body);
  } catch {
    // a header of the function's that HTTP cannot carry
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(502, { "content-type": "application/json" }).end();
  }
}

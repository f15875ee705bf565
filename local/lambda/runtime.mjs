/**
 * The runtime of one execution environment: a loop over the public Lambda Runtime API, standing where AWS's own
 * Node.js runtime stands. Plain JavaScript with no dependency, because it runs beside the bundle and outside the
 * project. Async handlers only: no callbacks, no response streaming.
 */
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";

const variables = process.env;
// here with a path behind the host, which no stranger knows
const { hostname, port, pathname } = new URL(`http://${variables.AWS_LAMBDA_RUNTIME_API}/`);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** A broken connection means that the emulator is gone, and nothing may outlive it. */
const gone = () => process.exit(1);

function call(method, path, body, headers = {}) {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const outgoing = request(
      {
        agent,
        hostname,
        port,
        method,
        path: `${pathname}2018-06-01/runtime/${path}`,
        headers: { ...headers, ...length },
      },
      (incoming) => {
        const chunks = [];
        incoming.on("data", (chunk) => chunks.push(chunk));
        incoming.on("error", gone);
        incoming.on("end", () =>
          resolve({ headers: incoming.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on("error", gone);
    outgoing.end(body);
  });
}

/** In AWS's words too, for an error whose stack is no text, which a function may have taken away. */
const unreadable = {
  errorType: "handled",
  errorMessage:
    "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
};

function errorBody(thrown) {
  if (types.isNativeError(thrown) || (thrown?.name && thrown?.message !== undefined && thrown?.stack)) {
    const { name, message, stack } = thrown;
    if (typeof stack !== "string") return unreadable;
    return { errorType: name, errorMessage: message, trace: stack.split("\n") };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

const post = (path, error) =>
  call("POST", path, JSON.stringify(error), {
    "Content-Type": "application/json",
    "Lambda-Runtime-Function-Error-Type": encodeURIComponent(error.errorType),
  });

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

async function loadHandler() {
  const root = variables.LAMBDA_TASK_ROOT ?? ".";
  const handler = variables._HANDLER ?? "";
  const [, file, path] = /^([^.]*)\.(.+)$/.exec(basename(handler)) ?? [];
  if (file === undefined) throw named("Runtime.MalformedHandlerName", `Bad handler '${handler}'`);
  const base = join(root, dirname(handler), file);
  const found = ["", ".js", ".mjs", ".cjs"].map((extension) => base + extension).find((p) => existsSync(p));
  if (found === undefined) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(found).href);
  const lookUp = (exports) => path.split(".").reduce((value, key) => value?.[key], exports);
  const handle = lookUp(module) ?? lookUp(module.default);
  if (handle === undefined) throw named("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (typeof handle !== "function") throw named("Runtime.HandlerNotFound", `${handler} is not a function`);
  if (handle.length > 2) {
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      `${handler} takes a callback; write it as an async function`,
    );
  }
  return handle;
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

const stringify = (value) => {
  try {
    return JSON.stringify(value === undefined ? null : value);
  } catch {
    throw new Error("Unable to stringify response body");
  }
};

let place = "init/error";

async function fail(error) {
  process.removeAllListeners("uncaughtException").removeAllListeners("unhandledRejection");
  console.error(JSON.stringify(error));
  await post(place, error);
  process.exit(129);
}
process.on("uncaughtException", (error) => fail(errorBody(error)));
process.on("unhandledRejection", (reason) => {
  const { trace } = errorBody(reason);
  return fail({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: String(reason), trace });
});
globalThis.awslambda = {
  streamifyResponse() {
    throw named("Runtime.StreamingUnsupported", "the local Lambda endpoint has no response streaming");
  },
};

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  await fail(errorBody(error));
}

while (true) {
  const { headers, text } = await call("GET", "invocation/next");
  const invocation = `invocation/${headers["lambda-runtime-aws-request-id"]}`;
  place = `${invocation}/error`;
  variables._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  let answer;
  try {
    answer = stringify(await handler(JSON.parse(text), contextOf(headers)));
  } catch (error) {
    const body = errorBody(error);
    console.error(`Invoke Error\t${JSON.stringify(body)}`);
    await post(place, body);
    continue;
  }
  await call("POST", `${invocation}/response`, answer, { "Content-Type": "application/json" });
}

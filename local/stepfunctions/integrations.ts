/** What a Task's resource says to call, in Step Functions' own names. */
export interface Integration {
  readonly call: "function" | "lambda:invoke" | "states:startExecution" | "aws-sdk:s3:putObject";
  /** The state ends once somebody hands back its token, not with the answer. */
  readonly waits: boolean;
}

export const waitSuffix = ".waitForTaskToken";

const lambdaArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+$/;
const integrated = /^arn:aws[a-z-]*:states:::(?<name>.+)$/;

const integrations: ReadonlyMap<string, Integration> = new Map([
  ["states:startExecution", { call: "states:startExecution", waits: false }],
  ["lambda:invoke", { call: "lambda:invoke", waits: false }],
  [`lambda:invoke${waitSuffix}`, { call: "lambda:invoke", waits: true }],
  [`aws-sdk:s3:putObject${waitSuffix}`, { call: "aws-sdk:s3:putObject", waits: true }],
]);

/** Undefined for what is not called here. */
export function integrationOf(resource: unknown): Integration | undefined {
  const text = String(resource);
  if (lambdaArn.test(text)) return { call: "function", waits: false };
  return integrations.get(integrated.exec(text)?.groups?.name ?? "");
}

/** In the words of a refusal. */
export const knownResources = `a Lambda function's ARN or one of ${[...integrations.keys()].join(", ")}`;

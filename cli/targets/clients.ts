import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { rememberRequest } from "./failed-request.ts";
import { checkProtocol } from "./unusable-endpoint.ts";

/*
 * The SDK's clients with nothing set here but how a bucket is addressed: credentials, region, endpoints and retries
 * are what the SDK's standard configuration says. The stack is whose services they ask.
 */

/** A stack of an owner's, whose people have another policy than a coordinator's. */
export interface OwnersStack {
  readonly owners: string;
}

/** Where several accounts are asked from one process, which one. */
export type ClientSettings = Pick<S3ClientConfig, "region" | "credentials" | "endpoint">;

export function s3Client(stack: string | OwnersStack, settings: ClientSettings = {}): S3Client {
  const client = new S3Client({ ...settings });
  client.middlewareStack.add(remembering(stack, client.config.region), first);
  const provide = client.config.endpointProvider;
  // what stands in for AWS seldom answers to a host name for each bucket, wherever its endpoint was configured
  client.config.endpointProvider = (asked, context) =>
    provide(asked.Endpoint === undefined ? asked : { ...asked, ForcePathStyle: true }, context);
  return client;
}

export function statesClient(stack: string): SFNClient {
  const client = new SFNClient({});
  client.middlewareStack.add(remembering(stack, client.config.region), first);
  client.middlewareStack.add(checkingProtocol, { step: "build" });
  return client;
}

export function lambdaClient(stack: OwnersStack, settings: ClientSettings = {}): LambdaClient {
  const client = new LambdaClient({ ...settings });
  client.middlewareStack.add(remembering(stack, client.config.region), first);
  client.middlewareStack.add(checkingProtocol, { step: "build" });
  return client;
}

export function cloudFormationClient(
  stack: string | OwnersStack,
  settings: ClientSettings = {},
): CloudFormationClient {
  const client = new CloudFormationClient({ ...settings });
  client.middlewareStack.add(remembering(stack, client.config.region), first);
  client.middlewareStack.add(checkingProtocol, { step: "build" });
  return client;
}

/** Around everything else that a client does. */
const first = { step: "initialize", priority: "high", name: "rememberFailedRequest" } as const;

/** A refusal does not always say what it refused, so that is kept beside the error. */
function remembering(whose: string | OwnersStack, region: () => Promise<string>) {
  const [stack, isOwners] = typeof whose === "string" ? [whose, false] : [whose.owners, true];
  return <Args extends { input: object }, Output>(
    next: (args: Args) => Promise<Output>,
    { clientName = "", commandName = "" }: { clientName?: string; commandName?: string },
  ): ((args: Args) => Promise<Output>) =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const asked = { client: clientName, command: commandName, input: args.input, stack, isOwners };
        // the error is about the region itself where there is none
        const known = await region().catch(() => "REGION");
        rememberRequest(error, { ...asked, region: known });
        throw error;
      }
    };
}

/** S3's client refuses by itself to ask what is no web address; the others would ask whoever is at a port of HTTP. */
function checkingProtocol<Args extends { request: unknown }, Output>(
  next: (args: Args) => Promise<Output>,
): (args: Args) => Promise<Output> {
  return async (args) => {
    checkProtocol(args.request);
    return next(args);
  };
}

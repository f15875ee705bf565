import { createHash } from "node:crypto";
import { type PlainRequest, type Signing, signedBySdk, urlOf } from "./requests.ts";
import { clock, endpointUrl, issueSession, local } from "./signed-services.ts";

/** One harmless request of each service. */
const requests = {
  s3: { method: "GET", path: "/objects", query: { "list-type": "2" }, headers: {} },
  lambda: { method: "GET", path: "/2015-03-31/functions", headers: {} },
  states: {
    method: "POST",
    path: "/",
    headers: { "x-amz-target": "AWSStepFunctions.ListStateMachines" },
    body: "{}",
  },
  cloudformation: {
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=DescribeStacks",
  },
} satisfies Record<string, PlainRequest>;
export type Service = keyof typeof requests;
export const services = ["s3", "lambda", "states", "cloudformation"] as const;

/** With the headers that it has on the wire. */
export function requestOf(service: Service): PlainRequest {
  const request: PlainRequest = requests[service];
  const host = new URL(endpointUrl()).host;
  const hash = createHash("sha256")
    .update(request.body ?? "")
    .digest("hex");
  return { ...request, headers: { ...request.headers, host, "x-amz-content-sha256": hash } };
}

interface Answer {
  readonly status: number;
  /** Empty for success. */
  readonly code: string;
  readonly text: string;
}

export async function send(request: PlainRequest): Promise<Answer> {
  const { method, headers, body } = request;
  const answer = await fetch(endpointUrl() + urlOf(request), {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  const [, xml] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  const [, json] = /"__type":"(\w+)"/.exec(text) ?? [];
  return { status: answer.status, code: xml ?? json ?? answer.headers.get("x-amzn-errortype") ?? "", text };
}

export type Sender = (service: Service) => Promise<PlainRequest>;
export const by =
  (changes: Partial<Signing> = {}): Sender =>
  (service) =>
    signedBySdk(requestOf(service), { credentials: local, service, date: new Date(clock.now), ...changes });

/** Signed as it should be, and changed after that. */
export const changing =
  (change: (request: PlainRequest) => Partial<PlainRequest>, sender: Sender = by()): Sender =>
  async (service) => {
    const request = await sender(service);
    return { ...request, ...change(request) };
  };
export const withHeader = (name: string, value: string) =>
  changing(({ headers }) => ({ headers: { ...headers, [name]: value } }));
export const withAuthorization = (change: (value: string) => string) =>
  changing(({ headers }) => ({
    headers: { ...headers, authorization: change(headers.authorization ?? "") },
  }));

/** A session's request, once its credentials have been left alone for so many seconds of their 900. */
export const bySession =
  (
    change: (keys: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) => object,
    after = 0,
  ) =>
  async (service: Service) => {
    const { expiresAt: _, ...keys } = issueSession();
    clock.now += after * 1000;
    return by({ credentials: { ...keys, ...change(keys) } })(service);
  };

import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openCloudFormation } from "../../../local/cloudformation/cloudformation.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator } from "../../../local/iam/identity.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { openLambda } from "../../../local/lambda/lambda.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";

import { described, wait } from "../stepfunctions/toy-states.ts";
import { type PlainRequest, presignedBySdk, type Signing, signedBySdk, urlOf } from "./requests.ts";

const start = Date.UTC(2026, 10, 29, 12);
let now = start;
const store = new CredentialStore(() => now);
const local = { accessKeyId: "local", secretAccessKey: "local" };
const minutes = 60_000;
/** That may do everything, so that what is refused is the signature. */
const someSession = administrator("000000000000");

let endpoint: LocalEndpoint;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  const authenticator = new SignatureVerifier(store, () => now);
  endpoint = await startEndpoint(0);
  const s3 = openS3({ directory: `${folder.path}/s3`, buckets: ["objects"], authenticator });
  const lambda = await openLambda({
    functions: [],
    logsDirectory: `${folder.path}/logs`,
    authenticator,
    credentialsOf: () => store.issue(someSession, 900),
  });
  const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
  const states = await openStepFunctions({
    stateMachine: { name: "m", arn, definition: wait(1), described },
    directory: `${folder.path}/executions`,
    authenticator,
    endpointUrl: endpoint.url,
    credentials: () => local,
  });
  const cloudFormation = await openCloudFormation({ name: "fedstep", outputs: [] }, { authenticator });
  endpoint.serve("s3", s3.handle);
  endpoint.serve("lambda", lambda.handle);
  endpoint.serve("states", states.handle);
  endpoint.serve("cloudformation", cloudFormation.handle);
  const folderGone = () => folder[Symbol.asyncDispose]();
  closers.push(
    () => endpoint.close(),
    lambda.close,
    states.close,
    cloudFormation.close,
    s3.close,
    folderGone,
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});
beforeEach(() => {
  now = start;
});

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
type Service = keyof typeof requests;
const services = ["s3", "lambda", "states", "cloudformation"] as const;

/** With the headers that it has on the wire. */
function requestOf(service: Service): PlainRequest {
  const request: PlainRequest = requests[service];
  const host = new URL(endpoint.url).host;
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

async function send(request: PlainRequest): Promise<Answer> {
  const { method, headers, body } = request;
  const answer = await fetch(endpoint.url + urlOf(request), {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  const [, xml] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  const [, json] = /"__type":"(\w+)"/.exec(text) ?? [];
  return { status: answer.status, code: xml ?? json ?? answer.headers.get("x-amzn-errortype") ?? "", text };
}

type Sender = (service: Service) => Promise<PlainRequest>;
const by =
  (changes: Partial<Signing> = {}): Sender =>
  (service) =>
    signedBySdk(requestOf(service), { credentials: local, service, date: new Date(now), ...changes });

/** Signed as it should be, and changed then. */
const then =
  (change: (request: PlainRequest) => Partial<PlainRequest>, sender: Sender = by()): Sender =>
  async (service) => {
    const request = await sender(service);
    return { ...request, ...change(request) };
  };
const withHeader = (name: string, value: string) =>
  then(({ headers }) => ({ headers: { ...headers, [name]: value } }));
const withAuthorization = (change: (value: string) => string) =>
  then(({ headers }) => ({
    headers: { ...headers, authorization: change(headers.authorization ?? "") },
  }));

/** A session's request, once its credentials have been left alone for so many seconds of their 900. */
const bySession =
  (
    change: (keys: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) => object,
    after = 0,
  ) =>
  async (service: Service) => {
    const { expiresAt: _, ...keys } = store.issue(someSession, 900);
    now += after * 1000;
    return by({ credentials: { ...keys, ...change(keys) } })(service);
  };

type Expected = readonly [s3: string, lambda: string, states: string, cloudformation: string];
const invalid = [
  "403 InvalidSignatureException",
  "400 InvalidSignatureException",
  "403 SignatureDoesNotMatch",
] as const;
const unknown = [
  "403 UnrecognizedClientException",
  "400 UnrecognizedClientException",
  "403 InvalidClientTokenId",
] as const;
const incomplete = [
  "403 IncompleteSignatureException",
  "400 IncompleteSignatureException",
  "400 IncompleteSignature",
] as const;
const passes = ["200 ", "200 ", "200 ", "200 "] as const;

const cases: [what: string, sender: Sender, expected: Expected][] = [
  ["the administrator", by(), passes],
  ["a session", bySession(() => ({})), passes],
  ["a session's last second", bySession(() => ({}), 899), passes],
  [
    "no signature",
    async (service) => requestOf(service),
    [
      "403 AccessDenied",
      "403 MissingAuthenticationTokenException",
      "400 MissingAuthenticationTokenException",
      "403 MissingAuthenticationToken",
    ],
  ],
  [
    "a key that nobody has",
    by({ credentials: { ...local, accessKeyId: "AKIDEXAMPLE" } }),
    ["403 InvalidAccessKeyId", ...unknown],
  ],
  [
    "another secret",
    by({ credentials: { ...local, secretAccessKey: "locals" } }),
    ["403 SignatureDoesNotMatch", ...invalid],
  ],
  [
    "a session without its token",
    then(
      ({ headers }) => {
        const { "x-amz-security-token": _, ...left } = headers;
        return { headers: left };
      },
      bySession(() => ({})),
    ),
    ["403 InvalidAccessKeyId", ...unknown],
  ],
  [
    "a session with another token",
    bySession(() => ({ sessionToken: "other" })),
    ["400 InvalidToken", ...unknown],
  ],
  [
    "another session's token",
    bySession(() => ({ sessionToken: store.issue(someSession, 900).sessionToken })),
    ["400 InvalidToken", ...unknown],
  ],
  [
    "a token for keys that have none",
    by({ credentials: { ...local, sessionToken: "any" } }),
    ["400 InvalidToken", ...unknown],
  ],
  [
    "a session that has ended",
    bySession(() => ({}), 900),
    ["400 ExpiredToken", "403 ExpiredTokenException", "400 ExpiredTokenException", "403 ExpiredToken"],
  ],
  ["14 minutes ago", by({ date: new Date(start - 14 * minutes) }), passes],
  ["14 minutes from now", by({ date: new Date(start + 14 * minutes) }), passes],
  ["16 minutes ago", by({ date: new Date(start - 16 * minutes) }), ["403 RequestTimeTooSkewed", ...invalid]],
  [
    "16 minutes from now",
    by({ date: new Date(start + 16 * minutes) }),
    ["403 RequestTimeTooSkewed", ...invalid],
  ],
  ["another region", by({ region: "eu-central-1" }), ["400 AuthorizationHeaderMalformed", ...invalid]],
  [
    "another day in the scope",
    withAuthorization((value) => value.replace("20261129", "20261128")),
    ["400 AuthorizationHeaderMalformed", ...invalid],
  ],
  [
    "a changed signature",
    withAuthorization((value) => value.replace(/.$/, (last) => (last === "0" ? "1" : "0"))),
    ["403 SignatureDoesNotMatch", ...invalid],
  ],
  ["a header that is not signed", withHeader("x-amz-meta-a", "1"), ["403 AccessDenied", ...invalid]],
  [
    "the host not signed",
    withAuthorization((value) => value.replace("host;", "")),
    ["403 AccessDenied", ...invalid],
  ],
  [
    "no date",
    then(({ headers }) => {
      const { "x-amz-date": _, ...left } = headers;
      return { headers: left };
    }),
    ["400 AuthorizationHeaderMalformed", ...incomplete],
  ],
  [
    "no signed headers",
    withAuthorization((value) => value.replace(/SignedHeaders=[^,]*, /, "")),
    ["400 AuthorizationHeaderMalformed", ...incomplete],
  ],
];

describe.each(cases)("%s", (_what, sender, expected) => {
  test.each(services.map((service, at) => [service, expected[at] ?? ""] as const))(
    "%s: %s",
    async (service, answer) => {
      const { status, code } = await send(await sender(service));
      expect(`${status} ${code}`).toBe(answer);
    },
  );
});

describe("a body that is not the one that was signed", () => {
  test.each(["states", "cloudformation"] as const)("%s", async (service) => {
    const request = await by()(service);
    const body = service === "states" ? "{ }" : "Action=DescribeStacks&";
    expect((await send({ ...request, body })).code).toMatch(
      /InvalidSignatureException|SignatureDoesNotMatch/,
    );
  });
});

describe("an address that was signed", () => {
  const seconds = (expiresIn: number, after: number) => async () => {
    const { "x-amz-content-sha256": _, ...headers } = requestOf("s3").headers;
    const signing = { credentials: local, service: "s3", date: new Date(now) };
    const request = await presignedBySdk({ ...requestOf("s3"), headers }, signing, expiresIn);
    now += after * 1000;
    return request;
  };
  const changed =
    (name: string, value: string | undefined): Sender =>
    async () => {
      const request = await seconds(60, 0)();
      const { [name]: _, ...query } = request.query ?? {};
      return { ...request, query: value === undefined ? query : { ...query, [name]: value } };
    };
  const malformed = "400 AuthorizationQueryParametersError";

  test.each<[what: string, sender: Sender, answer: string]>([
    ["holds for its seconds", seconds(60, 60), "200 "],
    ["holds for a week", seconds(604_800, 604_799), "200 "],
    ["has expired", seconds(60, 61), "403 AccessDenied"],
    ["is not valid yet", seconds(60, -901), "403 AccessDenied"],
    ["holds for longer than it was signed", changed("X-Amz-Expires", "61"), "403 SignatureDoesNotMatch"],
    ["holds for more than a week", changed("X-Amz-Expires", "604801"), malformed],
    ["holds for no time", changed("X-Amz-Expires", "0"), malformed],
    ["holds for a word", changed("X-Amz-Expires", "long"), malformed],
    ["says no time", changed("X-Amz-Expires", undefined), malformed],
    ["has no signature", changed("X-Amz-Signature", undefined), malformed],
    ["has another prefix", changed("prefix", "runs/"), "403 SignatureDoesNotMatch"],
    [
      "is of another region",
      changed("X-Amz-Credential", "local/20261129/eu-west-1/s3/aws4_request"),
      malformed,
    ],
    [
      "is of another key",
      changed("X-Amz-Credential", "A/20261129/us-east-1/s3/aws4_request"),
      "403 InvalidAccessKeyId",
    ],
    ["is of another algorithm", changed("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"), "400 InvalidRequest"],
  ])("%s", async (_, sender, answer) => {
    const { status, code } = await send(await sender("s3"));
    expect(`${status} ${code}`).toBe(answer);
  });

  test("tells that it has expired, and when", async () => {
    const { text } = await send(await seconds(60, 61)());
    expect(text).toContain("<Message>Request has expired</Message><X-Amz-Expires>60</X-Amz-Expires>");
    expect(text).toContain(
      "<Expires>2026-11-29T12:01:00Z</Expires><ServerTime>2026-11-29T12:01:01Z</ServerTime>",
    );
  });
});

describe("S3 takes no other mechanism", () => {
  test("version 2 in an address, which AWS refuses for buckets since June 2020", async () => {
    const query = {
      AWSAccessKeyId: "local",
      Signature: "vjbyPxybdZaNmGa+yT272YEAiv4=",
      Expires: "1796000000",
    };
    expect(await send({ ...requestOf("s3"), path: "/objects/a", query })).toMatchObject({
      status: 400,
      code: "InvalidRequest",
    });
  });

  test.each([
    ["version 2 in the header", { authorization: "AWS local:vjbyPxybdZaNmGa+yT272YEAiv4=" }],
    ["a password", { authorization: "Basic bG9jYWw6bG9jYWw=" }],
  ])("%s", async (_, headers) => {
    expect(await send({ ...requestOf("s3"), headers })).toMatchObject({
      status: 400,
      code: "InvalidRequest",
    });
  });

  test("header and address at once", async () => {
    const request = await by()("s3");
    const query = { ...request.query, "X-Amz-Signature": "0" };
    expect(await send({ ...request, query })).toMatchObject({ code: "AuthorizationQueryParametersError" });
  });

  test.each([
    ["no digest of the body", undefined, "InvalidRequest"],
    ["one that is none", "abc", "InvalidArgument"],
  ])("%s", async (_, digest, code) => {
    const { "x-amz-content-sha256": _hash, ...headers } = requestOf("s3").headers;
    const given = digest === undefined ? headers : { ...headers, "x-amz-content-sha256": digest };
    const request = await by()("s3");
    const { "x-amz-content-sha256": _own, ...signed } = request.headers;
    const authorization = (signed.authorization ?? "").replace(
      "x-amz-content-sha256;",
      digest === undefined ? "" : "x-amz-content-sha256;",
    );
    expect(await send({ ...request, headers: { ...signed, ...given, authorization } })).toMatchObject({
      status: 400,
      code,
    });
  });
});

test("what was calculated is told to whoever has to find the difference", async () => {
  const { text } = await send(await by({ credentials: { ...local, secretAccessKey: "x" } })("s3"));
  expect(text).toMatch(/<StringToSign>AWS4-HMAC-SHA256&#xa;20261129T120000Z&#xa;/);
  expect(text).toMatch(/<CanonicalRequest>GET&#xa;\/objects&#xa;list-type=2&#xa;/);
  expect(text).not.toContain("AWS4local");
});

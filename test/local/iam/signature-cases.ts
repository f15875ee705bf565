import {
  by,
  bySession,
  changing,
  requestOf,
  type Sender,
  withAuthorization,
  withHeader,
} from "./service-requests.ts";
import { issueSession, local, start } from "./signed-services.ts";

const minutes = 60_000;
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

/** A request of each service, and how each answers it. */
export const cases: [what: string, sender: Sender, expected: Expected][] = [
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
    changing(
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
    bySession(() => ({ sessionToken: issueSession().sessionToken })),
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
    changing(({ headers }) => {
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

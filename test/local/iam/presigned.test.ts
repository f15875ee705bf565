import { describe, expect, test } from "vitest";
import { presignedBySdk } from "./requests.ts";
import { requestOf, type Sender, send } from "./service-requests.ts";
import { clock, issueSession, local, serveSignedServices } from "./signed-services.ts";

serveSignedServices();

describe("an address that was signed", () => {
  const seconds = (expiresIn: number, after: number) => async () => {
    const { "x-amz-content-sha256": _, ...headers } = requestOf("s3").headers;
    const signing = { credentials: local, service: "s3", date: new Date(clock.now) };
    const request = await presignedBySdk({ ...requestOf("s3"), headers }, signing, expiresIn);
    clock.now += after * 1000;
    return request;
  };
  /** Signed by a session of 900 seconds, for longer than that. */
  const bySession =
    (after: number, change: (query: Record<string, string>) => Record<string, string> = (query) => query) =>
    async () => {
      const { "x-amz-content-sha256": _, ...headers } = requestOf("s3").headers;
      const { expiresAt, ...credentials } = issueSession();
      const signing = { credentials, service: "s3", date: new Date(clock.now) };
      const request = await presignedBySdk({ ...requestOf("s3"), headers }, signing, 3600);
      clock.now += after * 1000;
      return { ...request, query: change(request.query ?? {}) };
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
    ["is a session's", bySession(899), "200 "],
    ["holds for longer than the session that signed it", bySession(900), "400 ExpiredToken"],
    [
      "is a session's, without its token",
      bySession(0, ({ "X-Amz-Security-Token": _, ...left }) => left),
      "403 InvalidAccessKeyId",
    ],
    [
      "has another session's token",
      bySession(0, (query) => ({ ...query, "X-Amz-Security-Token": issueSession().sessionToken })),
      "400 InvalidToken",
    ],
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

import { describe, expect, test } from "vitest";
import { by, send, services } from "./service-requests.ts";
import { cases } from "./signature-cases.ts";
import { local, serveSignedServices } from "./signed-services.ts";

serveSignedServices();

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

test("what was calculated is told to whoever has to find the difference", async () => {
  const { text } = await send(await by({ credentials: { ...local, secretAccessKey: "x" } })("s3"));
  expect(text).toMatch(/<StringToSign>AWS4-HMAC-SHA256&#xa;20261129T120000Z&#xa;/);
  expect(text).toMatch(/<CanonicalRequest>GET&#xa;\/objects&#xa;list-type=2&#xa;/);
  expect(text).not.toContain("AWS4local");
});

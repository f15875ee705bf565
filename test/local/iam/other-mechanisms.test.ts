import { describe, expect, test } from "vitest";
import { by, requestOf, send } from "./service-requests.ts";
import { serveSignedServices } from "./signed-services.ts";

serveSignedServices();

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

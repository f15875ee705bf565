import { describe, expect, test } from "vitest";
import { canonicalRequest } from "../../../local/iam/signature/canonical-request.ts";
import { ChunkSignatures } from "../../../local/iam/signature/chunk-signatures.ts";
import { emptyHash, sha256Hex, signatureOf, stringToSign } from "../../../local/iam/signature/signature.ts";

const algorithm = "AWS4-HMAC-SHA256";

/** Of AWS's signature version 4 test suite (aws-sig-v4-test-suite). */
describe("the test suite's requests have the signatures that AWS published", () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };
  const date = "20150830T123600Z";
  const scope = { date: "20150830", region: "us-east-1", service: "service" };

  test.each([
    ["get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    [
      "get-vanilla-query-order-key-case",
      "GET",
      "/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    ["post-vanilla", "POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
  ])("%s", (_, method, url, signature) => {
    const rawHeaders = ["Host", "example.amazonaws.com", "X-Amz-Date", date];
    const signedHeaders = ["host", "x-amz-date"];
    const canonical = canonicalRequest(
      { method, url, rawHeaders },
      { service: scope.service, signedHeaders, payloadHash: emptyHash },
    );
    expect(signatureOf(credentials, scope, stringToSign(algorithm, date, scope, sha256Hex(canonical)))).toBe(
      signature,
    );
  });
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and the pages beside it. */
describe("S3's examples have the signatures that AWS published", () => {
  const credentials = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  const date = "20130524T000000Z";
  const scope = { date: "20130524", region: "us-east-1", service: "s3" };
  const host = "examplebucket.s3.amazonaws.com";
  const sign = (method: string, url: string, headers: Record<string, string>, payloadHash: string) => {
    const canonical = canonicalRequest(
      { method, url, rawHeaders: Object.entries(headers).flat() },
      { service: "s3", signedHeaders: Object.keys(headers).sort(), payloadHash },
    );
    return signatureOf(credentials, scope, stringToSign(algorithm, date, scope, sha256Hex(canonical)));
  };

  test("GET of an object's range", () => {
    const headers = { host, range: "bytes=0-9", "x-amz-content-sha256": emptyHash, "x-amz-date": date };
    expect(sign("GET", "/test.txt", headers, emptyHash)).toBe(
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  test("PUT of a key that has to be encoded", () => {
    const payloadHash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    const headers = {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      host,
      "x-amz-content-sha256": payloadHash,
      "x-amz-date": date,
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
    };
    expect(sign("PUT", "/test%24file.text", headers, payloadHash)).toBe(
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
  });

  test("a query without a value, and one of two parameters", () => {
    const headers = { host, "x-amz-content-sha256": emptyHash, "x-amz-date": date };
    expect(sign("GET", "/?lifecycle", headers, emptyHash)).toBe(
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
    expect(sign("GET", "/?max-keys=2&prefix=J", headers, emptyHash)).toBe(
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
  });

  test("a presigned address", () => {
    const query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    expect(sign("GET", `/test.txt?${query}&X-Amz-Signature=any`, { host }, "UNSIGNED-PAYLOAD")).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });

  /** Of 64 KiB and 1 KiB of the letter a. */
  const chunks = (seed: string, trailing: boolean, ends: readonly string[]) => {
    const signatures = new ChunkSignatures({ credentials, scope, date, signature: seed }, trailing);
    for (const [at, size] of [65_536, 1024, 0].entries()) {
      signatures.update(Buffer.alloc(size, "a"));
      signatures.endChunk(ends[at] ?? "");
    }
    return signatures;
  };

  test("signed chunks", () => {
    const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    const ends = [
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ];
    expect(() => chunks(seed, false, ends)).not.toThrow();
    expect(() => chunks(seed, false, ends.toReversed())).toThrow();
  });

  test("signed chunks with a signed trailer", () => {
    const seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    const signatures = chunks(seed, true, [
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ]);
    const trailer = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    expect(() => signatures.endTrailer("x-amz-checksum-crc32c:sOO8/Q==\n", trailer)).not.toThrow();
  });
});

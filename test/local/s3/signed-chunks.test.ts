import { createHash, createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { bucket, signedFor, startFixture } from "./endpoint.ts";

const { s3, directory, endpoint } = await startFixture();
const path = `/${bucket}/signed`;

const hex = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const checksum = createHash("sha1").update("first second").digest("base64");

/** The chunk signatures by the letter of AWS's pages, apart from what the endpoint computes. */
function signatures(headers: Record<string, string>) {
  const date = headers["x-amz-date"] ?? "";
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const key = scope.split("/").reduce<string | Buffer>((before, part) => hmac(before, part), "AWS4local");
  let previous = /Signature=(\w+)/.exec(headers.authorization ?? "")?.[1] ?? "";
  const next = (...lines: string[]) => {
    previous = createHmac("sha256", key).update(lines.join("\n")).digest("hex");
    return previous;
  };
  return {
    chunk: (bytes: string) => next("AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, hex(""), hex(bytes)),
    trailer: (lines: string) => next("AWS4-HMAC-SHA256-TRAILER", date, scope, previous, hex(lines)),
  };
}

/** Sends the body cut into pieces of three bytes, each in a packet of its own as far as Node lets it. */
function send(headers: Record<string, string>, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: endpoint.port, host: "127.0.0.1", method: "PUT", path, headers },
      (answer) => {
        let text = "";
        answer.on("data", (piece) => {
          text += piece;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    sent.on("error", reject);
    for (let at = 0; at < body.length; at += 3) sent.write(body.slice(at, at + 3));
    sent.end();
  });
}

function withTrailer(change: (body: string) => string = (body) => body) {
  const headers = signedFor(endpoint, "PUT", path, {
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "12",
    "x-amz-trailer": "x-amz-checksum-sha1",
  });
  const sign = signatures(headers);
  const body = [
    ...["first ", "second"].map((text) => `6;chunk-signature=${sign.chunk(text)}\r\n${text}\r\n`),
    `0;chunk-signature=${sign.chunk("")}\r\n`,
    `x-amz-checksum-sha1:${checksum}\r\n`,
    `x-amz-trailer-signature:${sign.trailer(`x-amz-checksum-sha1:${checksum}\n`)}\r\n\r\n`,
  ];
  return send(headers, change(body.join("")));
}

function withoutTrailer(change: (body: string) => string = (body) => body) {
  const headers = signedFor(endpoint, "PUT", path, {
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "x-amz-decoded-content-length": "5",
  });
  const sign = signatures(headers);
  const chunk = `5;chunk-signature=${sign.chunk("hello")}\r\nhello\r\n`;
  return send(headers, change(`${chunk}0;chunk-signature=${sign.chunk("")}\r\n\r\n`));
}

const stored = async () =>
  (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "signed" }))).Body?.transformToString();

test("signed chunks, with a signed trailer and without, are decoded wherever the network cuts them", async () => {
  expect(await withTrailer()).toMatchObject({ status: 200, body: "" });
  expect(await stored()).toBe("first second");
  expect(await withoutTrailer()).toMatchObject({ status: 200, body: "" });
  expect(await stored()).toBe("hello");
});

const anotherSum = createHash("sha1").update("first third!").digest("base64");
test.each([
  ["a changed first chunk", withTrailer, "first ", "worst "],
  ["a changed last chunk", withTrailer, "second", "third!"],
  ["chunks in another order", withTrailer, /(6;.*\r\nfirst \r\n)(6;.*\r\nsecond\r\n)/, "$2$1"],
  ["a signature that is none", withTrailer, /chunk-signature=\w+/, "chunk-signature=00"],
  ["no signature", withTrailer, /;chunk-signature=\w+/, ""],
  ["another trailer", withTrailer, checksum, anotherSum],
  [
    "another trailer's signature",
    withTrailer,
    /x-amz-trailer-signature:\w{8}/,
    "x-amz-trailer-signature:00000000",
  ],
  ["no trailer's signature", withTrailer, /x-amz-trailer-signature:\w+\r\n/, ""],
  ["a chunk that is left out", withTrailer, /6;.*\r\nsecond\r\n/, ""],
  ["another chunk, without a trailer", withoutTrailer, "hello", "hallo"],
  ["an end that is not signed", withoutTrailer, /0;.*/, "0"],
] as const)("%s is refused, and nothing of it stays", async (_, sent, from, to) => {
  await withoutTrailer();
  const answer = await sent((body) => body.replace(from, to));
  expect(answer.body).toContain("<Code>SignatureDoesNotMatch</Code>");
  expect(answer.status).toBe(403);
  expect(await stored()).toBe("hello");
  expect(readdirSync(join(directory, ".s3", "drafts"))).toEqual([]);
});

test("a trailer that nothing signs, behind chunks that are signed, is malformed", async () => {
  const answer = await withoutTrailer((body) => body.replace(/\r\n\r\n$/, "\r\nx-amz-meta-more:1\r\n\r\n"));
  expect(answer.body).toContain("<Code>InvalidRequest</Code>");
});

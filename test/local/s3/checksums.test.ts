import fc from "fast-check";
import { expect, test } from "vitest";
import { AwsChunkedDecoder } from "../../../local/s3/aws-chunked.ts";
import { checksumAlgorithms, createChecksum } from "../../../local/s3/checksums.ts";

// The catalogue of parametrised CRC algorithms gives each one's value for "123456789"; the hashes are NIST's for "abc".
test.each([
  ["CRC32", "123456789", "cbf43926"],
  ["CRC32C", "123456789", "e3069283"],
  ["CRC64NVME", "123456789", "ae8b14860a799888"],
  ["SHA1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"],
  ["SHA256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
] as const)("%s of %s is the published value", (algorithm, text, expected) => {
  const checksum = createChecksum(algorithm);
  checksum.update(Buffer.from(text));
  expect(checksum.digest().toString("hex")).toBe(expected);
});

test("a checksum does not depend on how the bytes are cut", () => {
  fc.assert(
    fc.property(fc.constantFrom(...checksumAlgorithms), fc.array(fc.uint8Array()), (algorithm, pieces) => {
      const whole = createChecksum(algorithm);
      whole.update(Buffer.concat(pieces));
      const cut = createChecksum(algorithm);
      for (const piece of pieces) cut.update(piece);
      expect(cut.digest()).toEqual(whole.digest());
    }),
  );
});

test("taking the framing off undoes putting it on, wherever the stream is cut", () => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(chunk), fc.array(fc.nat(20)), (chunks, cuts) => {
      const framed = Buffer.concat([
        ...chunks.flatMap((bytes) => [
          Buffer.from(`${bytes.length.toString(16)}\r\n`),
          bytes,
          Buffer.from("\r\n"),
        ]),
        Buffer.from("0\r\nX-Amz-Checksum-Crc32: abcd \r\n\r\n"),
      ]);
      const decoded: Buffer[] = [];
      const decoder = new AwsChunkedDecoder((bytes) => decoded.push(Buffer.from(bytes)));
      let at = 0;
      for (const cut of cuts) {
        decoder.push(framed.subarray(at, at + cut));
        at = Math.min(framed.length, at + cut);
      }
      decoder.push(framed.subarray(at));
      expect([...decoder.finish()]).toEqual([["x-amz-checksum-crc32", "abcd"]]);
      expect(Buffer.concat(decoded)).toEqual(Buffer.concat(chunks));
    }),
  );
});

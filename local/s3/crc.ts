import { crc32 } from "node:zlib";

/** What all checksums have in common with node:crypto's hashes. */
export interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}

/** The CRC of zlib, gzip and PNG, by zlib's own machine code. */
export function createCrc32(): Digest {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest: () => bigEndian(value),
  };
}

/** Castagnoli's polynomial 0x1EDC6F41, bits reflected. */
const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

export function createCrc32c(): Digest {
  let value = 0xffffffff;
  return {
    update(bytes) {
      let state = value;
      for (let i = 0; i < bytes.length; i++) {
        state = (state >>> 8) ^ (castagnoli[(state ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
      }
      value = state;
    },
    digest: () => bigEndian(~value),
  };
}

/** Polynomial 0xAD93D23594C93659 of the NVM Express specification, bits reflected, in two halves of 32 bits. */
const nvmeHigh = new Uint32Array(256);
const nvmeLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let rest = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) rest = rest & 1n ? (rest >> 1n) ^ 0x9a6c9329ac4bc9b5n : rest >> 1n;
  nvmeHigh[byte] = Number(rest >> 32n);
  nvmeLow[byte] = Number(rest & 0xffffffffn);
}

/** What the AWS CLI computes unless told otherwise. */
export function createCrc64Nvme(): Digest {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        const index = (low ^ (bytes[i] ?? 0)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (nvmeLow[index] ?? 0);
        high = (high >>> 8) ^ (nvmeHigh[index] ?? 0);
      }
    },
    digest: () => Buffer.concat([bigEndian(~high), bigEndian(~low)]),
  };
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

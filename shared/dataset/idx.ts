import { datasetInvalid } from "../errors.ts";
import type { Examples } from "./examples.ts";

/**
 * IDX, the format that MNIST is published in (https://yann.lecun.org/exdb/mnist, "FILE FORMATS"): two zero bytes,
 * a type, the number of dimensions, each dimension as four bytes, big-endian, then the values.
 */
export interface IdxFile {
  /** How messages call the file. */
  readonly label: string;
  /** The decompressed bytes. */
  readonly bytes: Uint8Array;
}

export interface LabelledImages {
  readonly rows: number;
  readonly columns: number;
  readonly examples: Examples;
}

/** Type 8, unsigned byte, in so many dimensions. */
const magics = { images: 0x0803, labels: 0x0801 } as const;

/**
 * Images and the labels that belong to them, as count x (rows * columns) bytes and one class each.
 * @throws DatasetInvalid naming the file, what was expected and what was found
 */
export function decodeIdxPair(images: IdxFile, labels: IdxFile): LabelledImages {
  const { sizes, values: x } = decodeIdx(images, "images");
  const [count, rows, columns] = sizes as [number, number, number];
  const { values: y } = decodeIdx(labels, "labels");
  if (y.length !== count) {
    throw datasetInvalid(
      `${images.label} holds ${count} images, but ${labels.label} ${y.length} labels: they do not belong together`,
    );
  }
  if (x.length === 0) throw datasetInvalid(`${images.label} holds no images of at least one pixel`);
  return { rows, columns, examples: { x, y: Int32Array.from(y), count, features: rows * columns } };
}

function decodeIdx({ label, bytes }: IdxFile, kind: keyof typeof magics) {
  const magic = magics[kind];
  const dimensions = magic & 0xff;
  const start = 4 + 4 * dimensions;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = bytes.length < 4 ? undefined : view.getUint32(0);
  if (found !== magic) {
    throw datasetInvalid(
      `${label} is not an IDX file of ${kind}: expected it to begin with ${hex(magic)}, ` +
        `found ${found === undefined ? `${bytes.length} bytes` : hex(found) + meaning(found)}`,
    );
  }
  if (bytes.length < start) {
    throw datasetInvalid(
      `${label} is truncated: its header takes ${start} bytes, and it has ${bytes.length}; get it again`,
    );
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = start + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    throw datasetInvalid(
      `${label} is ${bytes.length < expected ? "truncated" : "too long"}: ${sizes.join(" x ")} values make ` +
        `${expected} bytes, and it has ${bytes.length}; get it again`,
    );
  }
  return { sizes, values: bytes.subarray(start) };
}

function meaning(magic: number): string {
  if (magic === magics.labels) return " (labels)";
  if (magic === magics.images) return " (images)";
  return magic >>> 16 === 0x1f8b ? " (still gzipped)" : "";
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, "0")}`;
}

import { datasetInvalid } from "../errors.ts";
import type { Examples } from "./examples.ts";
import { elementTypes } from "./idx-elements.ts";

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
  /** Rows and columns, where the examples have exactly these two dimensions. */
  readonly imageShape: readonly [number, number] | undefined;
  /** The labels as they stand in the file. */
  readonly examples: Examples;
}

/**
 * Examples of any shape and the integers that label them, as count x features and one label each. Bytes stay bytes,
 * other types become floats.
 * @throws DatasetInvalid naming the file, what was expected and what was found
 */
export function decodeIdxPair(images: IdxFile, labels: IdxFile): LabelledImages {
  const { sizes, values } = decodeIdx(images, "images");
  // the features of a model are float32; labels are told apart as the integers that they are
  const x = values instanceof Int32Array ? Float32Array.from(values) : values;
  const [count, ...shape] = sizes as [number, ...number[]];
  const { values: y } = decodeIdx(labels, "labels");
  if (y.length !== count) {
    throw datasetInvalid(
      `${images.label} holds ${count} images, but ${labels.label} ${y.length} labels: they do not belong together`,
    );
  }
  if (x.length === 0) throw datasetInvalid(`${images.label} holds no images of at least one pixel`);
  if (x instanceof Float32Array && !x.every(Number.isFinite)) {
    throw datasetInvalid(`${images.label} holds values that are not finite float32 numbers`);
  }
  const [rows, columns] = shape;
  return {
    imageShape: shape.length === 2 ? [rows as number, columns as number] : undefined,
    examples: { x, y: Int32Array.from(y), count, features: x.length / count },
  };
}

/** What the file of MNIST's kind begins with, for messages. */
const usual = { images: 0x0803, labels: 0x0801 } as const;

function decodeIdx({ label, bytes }: IdxFile, kind: keyof typeof usual) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = bytes.length < 4 ? undefined : view.getUint32(0);
  const type = found === undefined || found > 0xffff ? undefined : elementTypes.get(found >>> 8);
  const dimensions = (found ?? 0) & 0xff;
  const fits = kind === "labels" ? dimensions === 1 && type?.integer : dimensions >= 2;
  if (!type || !fits) {
    throw datasetInvalid(
      `${label} is not an IDX file of ${kind}: expected it to begin with ${hex(usual[kind])} or the like, ` +
        `found ${found === undefined ? `${bytes.length} bytes` : hex(found) + meaning(found)}`,
    );
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw datasetInvalid(
      `${label} is truncated: its header takes ${start} bytes, and it has ${bytes.length}; get it again`,
    );
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = start + sizes.reduce((product, size) => product * size, type.width);
  if (bytes.length !== expected) {
    const values = `${sizes.join(" x ")} values${type.width > 1 ? ` of ${type.width} bytes` : ""}`;
    throw datasetInvalid(
      `${label} is ${bytes.length < expected ? "truncated" : "too long"}: ${values} make ` +
        `${expected} bytes, and it has ${bytes.length}; get it again`,
    );
  }
  return { sizes, values: type.read(bytes.subarray(start)) };
}

function meaning(magic: number): string {
  if (magic === usual.labels) return " (labels)";
  if (magic === usual.images) return " (images)";
  return magic >>> 16 === 0x1f8b ? " (still gzipped)" : "";
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, "0")}`;
}

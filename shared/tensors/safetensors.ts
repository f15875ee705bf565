import * as z from "zod";
import { objectInvalid } from "../errors.ts";
import { repeatedKey } from "./repeated-key.ts";

/**
 * The safetensors format (https://huggingface.co/docs/safetensors, "Format"): the header's length as eight bytes,
 * little-endian; a JSON header that gives each tensor's dtype, shape and place; then the values, without holes.
 */
export interface Tensor {
  readonly name: string;
  /** Row-major; [] is a scalar. */
  readonly shape: readonly number[];
  /** As many values as the shape's product. */
  readonly data: TensorData;
}

export type TensorData = Uint8Array | Int32Array | Float32Array;

export interface DecodedTensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The types of tensors that were not read, since nobody asked for them or their type is not one of Tensor's. */
  readonly unread: ReadonlyMap<string, string>;
}

const widths = { U8: 1, I32: 4, F32: 4 } as const;
type Dtype = keyof typeof widths;

const prefixBytes = 8;
const alignment = 8;
/** As in the reference implementation. */
const maxHeaderBytes = 100_000_000;

const placed = {
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
};
const entrySchema = z.strictObject({ dtype: z.enum(["U8", "I32", "F32"]), ...placed });
/** Where only some tensors are asked for, others may be of any type; one that was asked for is then told by its own. */
const otherSchema = z.object({ dtype: z.string(), ...placed });

if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error("fedstep reads and writes tensors in place, which takes a little-endian machine");
}

/**
 * The same tensors and metadata give the same bytes, in whatever order they come: wide values stand first, so
 * that each tensor is aligned to its width, and equally wide ones by name.
 * @throws ObjectInvalid where a name is repeated or reserved, or a shape does not give the number of values
 */
export function encodeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const ordered = tensors
    .map((tensor) => ({ ...tensor, dtype: dtypeOf(tensor) }))
    .sort((a, b) => widths[b.dtype] - widths[a.dtype] || (a.name < b.name ? -1 : 1));
  const fields: string[] = [];
  const labels = Object.keys(metadata).sort();
  if (labels.length > 0) {
    const pairs = labels.map((label) => `${JSON.stringify(label)}:${JSON.stringify(metadata[label])}`);
    fields.push(`"__metadata__":{${pairs.join()}}`);
  }
  let end = 0;
  const names = new Set<string>();
  for (const { name, shape, data, dtype } of ordered) {
    if (name === "__metadata__" || names.has(name)) {
      throw objectInvalid(`a tensor cannot be named "${name}": the name is taken`);
    }
    names.add(name);
    if (sizeOf(shape) !== data.length) {
      throw objectInvalid(`tensor "${name}" of shape [${shape.join(", ")}] holds ${data.length} values`);
    }
    const begin = end;
    end += data.byteLength;
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${fields.join()}}`);
  const start = prefixBytes + Math.ceil(header.length / alignment) * alignment;
  const bytes = new Uint8Array(start + end).fill(0x20, prefixBytes + header.length, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - prefixBytes), true);
  bytes.set(header, prefixBytes);
  let offset = start;
  for (const { data } of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Tensors are views of the given bytes where their alignment allows, and copies where it does not.
 * @param wanted names of the tensors to read, where others may stand beside them, of whatever type
 * @param most bytes of its header, which takes far longer to read than to send
 * @throws ObjectInvalid saying what is wrong; whatever the bytes are, nothing else is thrown
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  wanted?: readonly string[],
  most = maxHeaderBytes,
): DecodedTensors {
  const { header, start } = readHeader(bytes, most);
  let metadata: DecodedTensors["metadata"] = {};
  const places: Place[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      metadata = readMetadata(entry);
      continue;
    }
    places.push(placeOf(name, entry, wanted));
  }

  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const tensors = new Map<string, Tensor>();
  const unread = new Map<string, string>();
  let reached = 0;
  for (const { name, dtype, type, shape, begin, end } of places) {
    if (begin !== reached) {
      throw objectInvalid(
        `tensor "${name}" begins at byte ${begin}, where ${reached} is next: ${begin > reached ? "a hole" : "an overlap"}`,
      );
    }
    const size = sizeOf(shape);
    // a product past the safe integers is more than offsets, which are safe, can span
    if (dtype && end - begin !== size * widths[dtype]) {
      throw objectInvalid(
        `tensor "${name}" (${dtype} [${shape.join(", ")}]) takes ${size * widths[dtype]} bytes, but has ${end - begin}`,
      );
    }
    if (end > bytes.length - start) {
      throw objectInvalid(
        `tensor "${name}" ends at byte ${end}, but there are only ${bytes.length - start}: the object is truncated`,
      );
    }
    reached = end;
    if (dtype) tensors.set(name, { name, shape, data: view(bytes, start + begin, size, dtype) });
    else unread.set(name, type);
  }
  if (start + reached !== bytes.length) {
    throw objectInvalid(`${bytes.length - start - reached} bytes follow the last tensor`);
  }
  return { tensors, metadata, unread };
}

interface Place {
  readonly name: string;
  /** undefined where the tensor is not to be read. */
  readonly dtype: Dtype | undefined;
  /** What the header calls it. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function placeOf(name: string, entry: unknown, wanted: readonly string[] | undefined): Place {
  const parsed = (wanted ? otherSchema : entrySchema).safeParse(entry);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] as z.core.$ZodIssue;
    throw objectInvalid(`tensor "${name}" in the safetensors header: ${path.join(".")}: ${message}`);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const isWanted = wanted?.includes(name) ?? true;
  return { name, dtype: isWanted && isRead(dtype) ? dtype : undefined, type: dtype, shape, begin, end };
}

function isRead(dtype: string): dtype is Dtype {
  return Object.hasOwn(widths, dtype);
}

function readHeader(bytes: Uint8Array, most: number): { header: object; start: number } {
  if (bytes.length < prefixBytes) {
    throw objectInvalid(`${bytes.length} bytes are too few for a safetensors object: it is truncated`);
  }
  const announced = new DataView(bytes.buffer, bytes.byteOffset, prefixBytes).getBigUint64(0, true);
  if (announced > most) {
    throw objectInvalid(
      `a header of ${announced} bytes is too long: this is not a safetensors object, or none of its kind`,
    );
  }
  const start = prefixBytes + Number(announced);
  if (start > bytes.length) {
    throw objectInvalid(`the header of ${announced} bytes goes past the object's ${bytes.length}: truncated`);
  }
  let header: unknown;
  let repeated: string | undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(prefixBytes, start),
    );
    header = JSON.parse(text);
    repeated = repeatedKey(text);
  } catch (cause) {
    throw objectInvalid("the safetensors header is not JSON in UTF-8", { cause });
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw objectInvalid("the safetensors header is not a JSON object");
  }
  if (repeated !== undefined) throw objectInvalid(`the safetensors header repeats "${repeated}"`);
  return { header, start };
}

/** Read by hand, since a schema's record drops the key __proto__ without a word. */
function readMetadata(entry: unknown): Record<string, string> {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw objectInvalid("__metadata__ in the safetensors header is not an object");
  }
  const pairs = Object.entries(entry).map(([label, value]): [string, string] => {
    if (typeof value !== "string") {
      throw objectInvalid(`__metadata__ "${label}" in the safetensors header is not a string`);
    }
    return [label, value];
  });
  return Object.fromEntries(pairs);
}

/** @throws ObjectInvalid for what is no tensor's data, whatever its type says */
export function dtypeOf({ name, data }: Tensor): Dtype {
  if (data instanceof Uint8Array) return "U8";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Float32Array) return "F32";
  throw objectInvalid(`tensor "${name}": ${Object.prototype.toString.call(data)} is not U8, I32 or F32`);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function view(bytes: Uint8Array, offset: number, size: number, dtype: Dtype): TensorData {
  const width = widths[dtype];
  const place = bytes.subarray(offset, offset + size * width);
  // of a Node Buffer, slice() would be a view again
  const { buffer, byteOffset } = place.byteOffset % width === 0 ? place : Uint8Array.from(place);
  if (dtype === "U8") return new Uint8Array(buffer, byteOffset, size);
  return dtype === "I32"
    ? new Int32Array(buffer, byteOffset, size)
    : new Float32Array(buffer, byteOffset, size);
}

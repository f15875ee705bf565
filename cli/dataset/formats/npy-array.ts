import { datasetInvalid } from "../../../shared/errors.ts";

/** An array as NumPy's .npy has it (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), in C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's name of the type: "<f4". */
  readonly type: string;
  /** Bytes stay bytes, what else is a number is float64; text is text. */
  readonly values: Uint8Array | Float64Array | readonly string[];
}

const magic = "\x93NUMPY";

interface NumberType {
  readonly width: number;
  get(view: DataView, at: number, little: boolean): number;
}

const numberTypes: Readonly<Record<string, NumberType>> = {
  i1: { width: 1, get: (view, at) => view.getInt8(at) },
  i2: { width: 2, get: (view, at, little) => view.getInt16(at, little) },
  i4: { width: 4, get: (view, at, little) => view.getInt32(at, little) },
  i8: { width: 8, get: (view, at, little) => Number(view.getBigInt64(at, little)) },
  b1: { width: 1, get: (view, at) => view.getUint8(at) },
  u1: { width: 1, get: (view, at) => view.getUint8(at) },
  u2: { width: 2, get: (view, at, little) => view.getUint16(at, little) },
  u4: { width: 4, get: (view, at, little) => view.getUint32(at, little) },
  u8: { width: 8, get: (view, at, little) => Number(view.getBigUint64(at, little)) },
  f2: { width: 2, get: (view, at, little) => fromHalf(view.getUint16(at, little)) },
  f4: { width: 4, get: (view, at, little) => view.getFloat32(at, little) },
  f8: { width: 8, get: (view, at, little) => view.getFloat64(at, little) },
};

/** @throws DatasetInvalid naming the array and what to write instead */
export function decodeNpy(label: string, bytes: Uint8Array): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== magic) {
    throw datasetInvalid(
      `${label} is no .npy array: it does not begin with \\x93NUMPY; write it by numpy.save`,
    );
  }
  const wide = view.getUint8(6) > 1;
  const start = wide ? 12 : 10;
  const headerLength = bytes.length < start ? 0 : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const body = start + headerLength;
  const { type, fortran, shape } = headerOf(
    label,
    Buffer.from(bytes.subarray(start, body)).toString("latin1"),
  );
  const count = shape.reduce((product, length) => product * length, 1);
  const [, order = "|", kind = "", size = ""] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(type) ?? [];
  const little = order !== ">";
  const width =
    kind === "U" ? 4 * Number(size) : kind === "S" ? Number(size) : (numberTypes[kind + size]?.width ?? 0);
  if (width === 0) throw datasetInvalid(`${label} ${refusedType(type, kind)}`);
  if (bytes.length - body !== count * width) {
    throw datasetInvalid(
      `${label} is ${bytes.length - body < count * width ? "truncated" : "too long"}: [${shape.join(", ")}] of ${type} takes ` +
        `${count * width} bytes, and there are ${bytes.length - body}; write it again`,
    );
  }
  const at = places(shape, fortran);
  if (kind === "U" || kind === "S") {
    const text = (index: number) => textAt(bytes, body + index * width, width, kind, little);
    return { shape, type, values: Array.from({ length: count }, (_, i) => text(at(i))) };
  }
  const number = numberTypes[kind + size] as NumberType;
  const values = kind === "u" && size === "1" ? new Uint8Array(count) : new Float64Array(count);
  if (values instanceof Uint8Array && !fortran) values.set(bytes.subarray(body));
  else for (let i = 0; i < count; i++) values[i] = number.get(view, body + at(i) * width, little);
  return { shape, type, values };
}

/** The header is a literal of Python's; it is matched, and nothing of it is run. */
function headerOf(label: string, header: string): { type: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (descr?.[2]) {
    throw datasetInvalid(
      `${label} is a structured array: write its fields as arrays of their own, or as a CSV or Parquet file`,
    );
  }
  if (descr?.[1] === undefined || order === undefined || shape === undefined) {
    throw datasetInvalid(
      `${label} is damaged: its header is ${JSON.stringify(header.trim().slice(0, 100))}; write it again`,
    );
  }
  const sizes = shape.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number.parseInt(size, 10)]));
  return { type: descr[1], fortran: order === "True", shape: sizes };
}

function refusedType(type: string, kind: string): string {
  if (kind === "O") {
    return (
      "holds Python objects as a pickle, a program that fedstep does not run: write an array of numbers, such as " +
      "numpy.stack(x).astype(numpy.float32), and labels as numbers or text"
    );
  }
  if (kind === "c") return `is complex (${type}): write its real and its imaginary parts as two features`;
  return `is of type ${type}: convert it by astype(numpy.float32), or labels by astype(str)`;
}

/** Where the file has the i-th value in C order. */
function places(shape: readonly number[], fortran: boolean): (i: number) => number {
  if (!fortran || shape.length < 2) return (i) => i;
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  );
  return (i) => {
    let [rest, at] = [i, 0];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] as number;
      at += (rest % length) * (strides[axis] as number);
      rest = Math.floor(rest / length);
    }
    return at;
  };
}

/** Without the zeros that it is filled up with. */
function textAt(bytes: Uint8Array, from: number, width: number, kind: "U" | "S", little: boolean): string {
  const own = bytes.subarray(from, from + width);
  if (kind === "S") return Buffer.from(own).toString("utf8").replace(/\0+$/, "");
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  const points = Array.from({ length: width / 4 }, (_, i) => view.getUint32(4 * i, little));
  return String.fromCodePoint(...points.map((point) => (point > 0x10ffff ? 0xfffd : point))).replace(
    /\0+$/,
    "",
  );
}

/** IEEE 754 binary16. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

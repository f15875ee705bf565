interface ElementType {
  /** Bytes of a value. */
  readonly width: number;
  readonly integer: boolean;
  /** Integers stay what they are; float64 becomes float32. */
  read(bytes: Uint8Array): Uint8Array | Int32Array | Float32Array;
}

/** The element types of IDX by their code; all are big-endian. */
export const elementTypes: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { width: 1, integer: true, read: (bytes) => bytes }],
  [0x09, wide(1, true, (view, at) => view.getInt8(at))],
  [0x0b, wide(2, true, (view, at) => view.getInt16(at))],
  [0x0c, wide(4, true, (view, at) => view.getInt32(at))],
  [0x0d, wide(4, false, (view, at) => view.getFloat32(at))],
  [0x0e, wide(8, false, (view, at) => view.getFloat64(at))],
]);

function wide(width: number, integer: boolean, get: (view: DataView, at: number) => number): ElementType {
  return {
    width,
    integer,
    read(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const values = new (integer ? Int32Array : Float32Array)(bytes.length / width);
      for (let i = 0; i < values.length; i++) values[i] = get(view, i * width);
      return values;
    },
  };
}

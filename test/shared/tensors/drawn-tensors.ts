import fc from "fast-check";
import type { Tensor } from "../../../shared/tensors/safetensors.ts";

const float32 = fc.float({ noNaN: false });
const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });

/** Up to five tensors of any names, shapes and values, NaN and -0 among them. */
export const tensors: fc.Arbitrary<Tensor[]> = fc.uniqueArray(
  fc
    .tuple(fc.string({ unit: "binary" }), shapes, fc.constantFrom("U8", "I32", "F32"))
    .chain(([name, shape, dtype]): fc.Arbitrary<Tensor> => {
      const length = shape.reduce((product, n) => product * n, 1);
      const size = { minLength: length, maxLength: length };
      if (dtype === "U8") return fc.uint8Array(size).map((data) => ({ name, shape, data }));
      if (dtype === "I32") return fc.int32Array(size).map((data) => ({ name, shape, data }));
      return fc.array(float32, size).map((values) => ({ name, shape, data: Float32Array.from(values) }));
    }),
  { selector: ({ name }) => name, maxLength: 5 },
);
export const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";
import { metadata, tensors } from "./drawn-tensors.ts";

describe("a round trip", () => {
  it("keeps names, shapes, values (NaN and -0 included) and metadata", () => {
    fc.assert(
      fc.property(tensors, metadata, (list, labels) => {
        const decoded = decodeSafetensors(encodeSafetensors(list, labels));
        expect([...decoded.tensors.values()].sort(byName)).toEqual(list.toSorted(byName));
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(labels).sort());
      }),
    );
  });

  it("holds at any place in a larger buffer, copying only what is not aligned", () => {
    const bytes = encodeSafetensors([{ name: "w", shape: [2], data: Float32Array.of(1.5, -3) }]);
    for (let shift = 0; shift < 8; shift++) {
      const arena = new Uint8Array(bytes.length + 8);
      arena.set(bytes, shift);
      const data = decodeSafetensors(arena.subarray(shift, shift + bytes.length)).tensors.get("w")?.data;
      expect(data).toEqual(Float32Array.of(1.5, -3));
      expect(data?.buffer === arena.buffer).toBe(shift % 4 === 0);
    }
  });

  it("keeps a tensor and a label named __proto__", () => {
    const data = Uint8Array.of(1);
    const labels = Object.fromEntries([["__proto__", "label"]]);
    const decoded = decodeSafetensors(encodeSafetensors([{ name: "__proto__", shape: [1], data }], labels));
    expect(decoded.tensors.get("__proto__")?.data).toEqual(data);
    expect(Object.entries(decoded.metadata)).toEqual([["__proto__", "label"]]);
  });
});

function byName(a: Tensor, b: Tensor): number {
  return a.name < b.name ? -1 : 1;
}

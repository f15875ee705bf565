import type { Mutant } from "../mutant.ts";

const otherwise = ["test/cli/dataset/read-otherwise.test.ts"];
const safetensors = "shared/tensors/safetensors.ts";

/** Columns and tensors that are read as something which nobody meant. */
export const columns: readonly Mutant[] = [
  {
    name: "features-merge-in-silence",
    fault: "Nothing says that different values of a column are one to float32.",
    file: "cli/dataset/float32-merging.ts",
    find: "at === undefined || before - after <= mostLost * before",
    replace: "at === undefined || before - after <= before",
    tests: ["test/cli/dataset/column-notes.test.ts"],
  },
  {
    name: "constants-in-silence",
    fault: "Nothing says that a column has one value.",
    file: "cli/dataset/column-notes.ts",
    find: "if (!first) return [];",
    replace: "if (!first || same.length > 0) return [];",
    tests: ["test/cli/dataset/column-notes.test.ts"],
  },
  {
    name: "tensors-where-they-lie",
    fault: "Tensors of a Node Buffer that are not aligned are refused by the engine.",
    file: safetensors,
    find: "place.byteOffset % width === 0 ? place : Uint8Array.from(place)",
    replace: "place.byteOffset % width === 0 ? place : place.slice()",
    tests: otherwise,
  },
  {
    name: "other-tensors-refused",
    fault: "A safetensors file is refused for a tensor that nobody reads.",
    file: safetensors,
    find: "(wanted ? otherSchema : entrySchema)",
    replace: "entrySchema",
    tests: otherwise,
  },
  {
    name: "type-of-tensor-untold",
    fault: "A tensor of a type that is not read is refused without its type and what converts it.",
    file: "cli/dataset/safetensors-table.ts",
    find: 'const [x, y] = [types.get("x"), types.get("y")];',
    replace: "const [x, y]: (string | undefined)[] = [];",
    tests: ["test/cli/dataset/safetensors-table.test.ts"],
  },
  {
    name: "mean-folded-into-weights",
    fault: "The exported model loses in float32 what a mean far from zero has behind its first digits.",
    file: "shared/model/export/normalization.ts",
    find: "(Math.fround(m) - m) / d",
    replace: "0 * (Math.fround(m) - m) * d",
    tests: ["test/shared/model/export/normalization.test.ts"],
  },
  {
    name: "product-before-difference",
    fault:
      "The exported model multiplies before it subtracts: a mean far from zero leaves a difference of large numbers.",
    file: "shared/model/export/normalization.ts",
    find: 'vector("beta", (m, d) => (Math.fround(m) - m) / d),\n      vector("moving_mean", (m) => m),',
    replace: 'vector("beta", (m, d) => -m / d),\n      vector("moving_mean", () => 0),',
    tests: ["test/shared/model/export/normalization.test.ts"],
  },
  {
    name: "ids-in-silence",
    fault: "Nothing says that a column has another number in every row.",
    file: "cli/dataset/column-notes.ts",
    find: "if (told.length === 0) return [];",
    replace: "if (told.length >= 0) return [];",
    tests: ["test/cli/dataset/column-notes.test.ts"],
  },
  {
    name: "ids-of-each-file-alone",
    fault: "An id in owners' small files is below the floor of rows in each of them.",
    file: "cli/dataset/column-notes.ts",
    find: "unique.length === inFiles.length && rows >= fewestRows;",
    replace: "unique.length < 0 && rows >= fewestRows;",
    tests: ["test/cli/dataset/column-notes.test.ts"],
  },
  {
    name: "label-column-to-leave-out",
    fault: "predict tells people to leave out the column that the labels were learned from.",
    file: "cli/predict/table-columns.ts",
    find: "const label = labelColumn ?? labelAmong(others, known);",
    replace: "const label = labelColumn;",
    tests: ["test/cli/predict/tables.test.ts"],
  },
  {
    name: "columns-that-look-the-same",
    fault: "Two columns whose names look the same are two columns.",
    file: "tables/column-names.ts",
    find: "    if (other) {",
    replace: '    if (other && name === "") {',
    tests: ["test/cli/dataset/look.test.ts"],
  },
];

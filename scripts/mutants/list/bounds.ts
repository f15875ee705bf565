import type { Mutant } from "../mutant.ts";

const normBound = ["test/functions/norm-bound.test.ts"];

/** How long and how large an update may be. */
export const bounds: readonly Mutant[] = [
  {
    name: "norm-bound-off",
    fault: "An update of any finite norm is accepted.",
    file: "shared/rounds/open-round.ts",
    find: "if (norm > most) {",
    replace: "if (norm > Infinity * most) {",
    tests: normBound,
  },
  {
    name: "norm-bound-not-by-default",
    fault: "The norm bounds are off unless somebody sets them.",
    file: "shared/config/federation.ts",
    find: '.default(10_000)\n      .describe("Longest',
    replace: '.default(null)\n      .describe("Longest',
    tests: normBound,
  },
  {
    name: "absolute-bound-off",
    fault: "There is no absolute bound of an update's norm, which is the only one of the first round.",
    file: "shared/update/norm-bound.ts",
    find: "most: absolute ?? Infinity,",
    replace: "most: Math.max(absolute ?? 0, Infinity),",
    tests: normBound,
  },
  {
    name: "median-bound-off",
    fault: "An update's norm is not held against the median of the round before.",
    file: "shared/update/norm-bound.ts",
    find: "if (timesMedian === null || median === null) return fixed;",
    replace: "if (timesMedian === null || median === null || median > 0) return fixed;",
    tests: normBound,
  },
  {
    name: "median-bound-below-the-model",
    fault: "After short updates a client that was not selected for long is left out.",
    file: "shared/update/norm-bound.ts",
    find: "timesMedian * median > length",
    replace: "timesMedian * median > -length",
    tests: normBound,
  },
  {
    name: "outstanding-update-untold",
    fault: "Nobody is told of an update whose norm stands out.",
    file: "shared/update/standing-out.ts",
    find: "norm > outstanding * median",
    replace: "norm > 1e9 * outstanding * median",
    tests: ["test/report/round-remarks.test.ts"],
  },
  {
    name: "object-read-whatever-its-size",
    fault: "An object is read in full before its size is looked at.",
    file: "storage/bounded-body.ts",
    find: "if (length !== undefined && length > most) {",
    replace: "if (length !== undefined && length < 0) {",
    tests: ["test/functions/oversized-updates.test.ts"],
  },
  {
    name: "stream-read-without-end",
    fault: "An answer that does not say its length is read to its end, however long it is.",
    file: "storage/bounded-body.ts",
    find: "if (size > most) {",
    replace: "if (size < 0) {",
    tests: ["test/storage/bounded-body.test.ts"],
  },
  {
    name: "header-read-whatever-its-size",
    fault: "A header of a million tensors is parsed before anybody asks how long it may be.",
    file: "shared/tensors/safetensors.ts",
    find: "if (announced > most) {",
    replace: "if (announced > most + maxHeaderBytes) {",
    tests: ["test/functions/oversized-updates.test.ts"],
  },
  {
    name: "update-size-of-no-plan",
    fault: "An update may be of any size, whatever its plan says.",
    file: "shared/update/size.ts",
    find: 'task === "train" ? sentShapes(client) : [];',
    replace: 'task === "train" ? Array.from({ length: 1000 }, () => sentShapes(client)).flat() : [];',
    tests: ["test/functions/oversized-updates.test.ts"],
  },
];

import type { Mutant } from "../mutant.ts";

const vectors = "storage/strategy-objects.ts";
/** The shortest way to go on from what is stored. */
const titled = "the execution's next step notices a change";

/** What is read from the bucket, and trusted by its digest alone. */
export const stored: readonly Mutant[] = [
  {
    name: "last-attempt-counts",
    fault:
      "Of what no repetition takes again, an execution goes on from the last attempt and not from the first.",
    file: "storage/objects.ts",
    find: "=== undefined ? this.getRecord(key, schema) : record",
    replace: "=== undefined ? record : record",
    tests: ["test/functions/repeated-step.test.ts"],
  },
  {
    name: "every-attempt-writes",
    fault: "What the first attempt took is written over by the next.",
    file: "storage/objects.ts",
    find: "return (await this.putNewRecord(key, record)) === undefined ? this.getRecord(key, schema) : record;",
    replace: "await this.putRecord(key, record);\n    return this.getRecord(key, schema);",
    tests: ["test/functions/repeated-step.test.ts"],
  },
  {
    name: "any-clients-of-baseline",
    fault: "FinishRun takes any record of how the clients fare with the baseline's model.",
    file: "storage/baseline-objects.ts",
    find: "seal !== undefined && found.seal !== seal",
    replace: "seal === key",
    tests: ["test/storage/history.test.ts"],
  },
  {
    name: "shard-digest-unread",
    fault: "A shard is read whatever its bytes are.",
    file: "storage/shard-objects.ts",
    find: "if (found !== digest) {",
    replace: 'if (found === "") {',
    tests: ["test/functions/damaged-shards.test.ts"],
  },
  {
    name: "shards-change-places",
    fault: "Two shards of one size that changed places are read, each as the other client's.",
    file: "storage/shard-objects.ts",
    find: "if (found !== digest) {",
    replace: "if (!plan.shards.includes(found)) {",
    tests: ["test/functions/damaged-shards.test.ts"],
  },
  {
    name: "partition-without-digests",
    fault: "The index of a partition that names no shard's digest is taken for a whole one.",
    file: "functions/prepare-run/prepare-run.ts",
    find: "found.shards.length > 0 && ",
    replace: "",
    tests: ["test/functions/damaged-shards.test.ts"],
  },
  {
    name: "kept-digest-unread",
    fault: "What a client kept is read whatever its bytes are.",
    file: vectors,
    find: "if (found !== sha256) throw",
    replace: 'if (found !== sha256 && !told.startsWith("the update")) throw',
    tests: ["test/functions/one-bit.test.ts"],
    titled,
  },
  {
    name: "state-digest-unread",
    fault: "The strategy's state is read whatever its bytes are.",
    file: vectors,
    find: "if (found !== sha256) throw",
    replace: 'if (found !== sha256 && !told.startsWith("the header")) throw',
    tests: ["test/functions/one-bit.test.ts"],
    titled,
  },
  {
    name: "momentum-digest-unread",
    fault: "The momentum in a checkpoint of the baseline is read whatever it is.",
    file: "storage/checkpoint-objects.ts",
    find: "    stateSha256: await weightsSha256(velocity),\n",
    replace: "",
    tests: ["test/functions/one-bit.test.ts"],
    titled,
  },
  {
    name: "model-of-another-history",
    fault: "A global model or a checkpoint that is whole in itself is read whatever history it is of.",
    file: "storage/linked-headers.ts",
    find: "if (chainSha256 === expected) return;",
    replace: 'if (expected !== "" || chainSha256 === expected) return;',
    tests: ["test/storage/history.test.ts"],
  },
  {
    name: "record-seal-unread",
    fault: "A record is read whatever its seal says.",
    file: "storage/sealed-records.ts",
    find: "if (found !== seal) {",
    replace: 'if (found === "") {',
    tests: ["test/storage/sealed-records.test.ts"],
  },
  {
    name: "plan-seal-unread",
    fault: "A plan is read that is not the one which the execution was started with.",
    file: "storage/plans.ts",
    find: "if (found.seal !== seal) {",
    replace: 'if (found.seal === "") {',
    tests: ["test/storage/history.test.ts"],
  },
  {
    name: "rounds-without-their-chain",
    fault: "The metrics of rounds are read whether or not they follow from each other.",
    file: "storage/chained-records.ts",
    find: "if (record.chainSha256 === chain) return chain;",
    replace: "if (record.chainSha256 === chain || chain !== key(0)) return record.chainSha256 ?? chain;",
    tests: ["test/storage/history.test.ts"],
  },
  {
    name: "vectors-without-names",
    fault: "A state that lacks one of its strategy's vectors is read.",
    file: "shared/model/vectors.ts",
    find: "if (!of) throw objectInvalid(`has no vector",
    replace:
      "if (!of) return [name, new Float32Array()] as const;\n    if (named.size < 0) throw objectInvalid(`has no vector",
    tests: ["test/storage/strategy-objects.test.ts"],
  },
  {
    name: "divergence-of-the-innocent",
    fault:
      "Clients whose round began with a spoilt model are told that their own learning rate is too large.",
    file: "functions/train-client/train-client.ts",
    find: "if (round === 1) return own;",
    replace: "if (round > 0) return own;",
    tests: ["test/functions/norm-bound.test.ts"],
  },
];

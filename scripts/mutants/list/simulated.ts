import type { Mutant } from "../mutant.ts";

const flow = ["test/functions/beside-owners.test.ts"];
const proposed = ["test/cli/federation/propose-clients.test.ts"];

/** Clients that a coordinator trains itself, in rounds beside owners. */
export const simulated: readonly Mutant[] = [
  {
    name: "simulated-count-in-quorum",
    fault: "A simulated client makes up for an owner that is silent.",
    file: "shared/rounds/assert-reported.ts",
    find: "agreement === undefined || ownerOf(plan, client) !== undefined",
    replace: "agreement !== null",
    tests: flow,
  },
  {
    name: "simulated-count-in-cohort",
    fault: "An agreement's cohort is made up of simulated clients.",
    file: "shared/owners/cohort.ts",
    find: "selectedCount(federation, owners + simulated) - simulated",
    replace: "selectedCount(federation, owners + simulated)",
    tests: proposed,
  },
  {
    name: "unsigned-owner-passes",
    fault: "An owner's update without a signature passes for a simulated client's.",
    file: "shared/owners/judge-chain.ts",
    find: "if (!owner) {",
    replace: "if (!owner || !signed) {",
    tests: flow,
  },
  {
    name: "simulated-with-signature",
    fault: "A simulated client's update counts in the cohort by somebody's signature.",
    file: "shared/owners/judge-chain.ts",
    find: "if (signed) return `counts a signature",
    replace: "if (signed === null) return `counts a signature",
    tests: flow,
  },
  {
    name: "shards-of-owners",
    fault: "An owner takes a plan that names a shard of its own.",
    file: "shared/owners/told-partition.ts",
    find: "client < owners ? shard === null : shard !== null",
    replace: "client < owners || shard !== null",
    tests: flow,
  },
  {
    name: "simulated-told-on-trust",
    fault: "A simulated client trains on other examples than the agreement tells of.",
    file: "shared/owners/simulated-shards.ts",
    find: "if (canonicalJson(tellAll(split, agreed)) !== canonicalJson(toldOf(client)))",
    replace: "if (split.train.count !== client.train)",
    tests: flow,
  },
  {
    name: "simulated-unscaled",
    fault: "Simulated clients train on values as they came, and owners on scaled ones.",
    file: "shared/owners/simulated-shards.ts",
    find: "(scaling ? applyScaling(some, scaling) : some)",
    replace: "(scaling === undefined ? applyScaling(some, scaling) : some)",
    tests: flow,
  },
  {
    name: "simulated-number-anew",
    fault: "A simulated client gets another number with each version, and holds out other rows.",
    file: "cli/federation/simulated.ts",
    find: "if (!numbers.has(name)) numbers.set",
    replace: "if (name) numbers.set",
    tests: proposed,
  },
  {
    name: "simulated-from-another-schema",
    fault: "A version with another schema goes on with tables that were read by the one before.",
    file: "cli/federation/simulated.ts",
    find: "canonicalJson(readBy(before.schema)) === canonicalJson(readBy(schema))",
    replace: "readBy(before.schema) !== null",
    tests: proposed,
  },
  {
    name: "alone-by-half-a-millisecond",
    fault: "What takes half of the time that is left is given a fraction of a millisecond, and fails.",
    file: "owner/train.ts",
    find: "Math.floor(1000 * timeoutSeconds)",
    replace: "1000 * timeoutSeconds",
    tests: ["test/owner/train-limits.test.ts"],
  },
];

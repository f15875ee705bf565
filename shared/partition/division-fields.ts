import type { Config } from "../config/schema.ts";

/** What partitionDigest goes by, by the fields' paths. */
function divisionFields({ seed, dataset, partition, federation }: Config): Record<string, unknown> {
  const { limit, heldOut, scaling } = dataset;
  const testSet = federation.evaluation === "test-set";
  return {
    seed,
    "dataset.limit": limit,
    ...(testSet ? {} : { "dataset.heldOut": heldOut }),
    "dataset.scaling": scaling,
    "federation.evaluation": testSet ? "test-set" : "held-out",
    ...Object.fromEntries(Object.entries(partition).map(([name, value]) => [`partition.${name}`, value])),
  };
}

/** Paths of the fields by which two configurations divide one data set differently; none where they divide it alike. */
export function dividedOtherwiseBy(one: Config, other: Config): string[] {
  const [a, b] = [divisionFields(one), divisionFields(other)];
  const paths = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...paths].filter((path) => JSON.stringify(a[path]) !== JSON.stringify(b[path]));
}

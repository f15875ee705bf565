import { accountOf } from "../../shared/client/place.ts";
import type { Examples } from "../../shared/dataset/examples.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";

/** What of a data set decides how much work it makes. */
export interface DataSize {
  readonly examples: number;
  readonly features: number;
  readonly classes: number;
  /** Examples of the publisher's own test set among them. */
  readonly testExamples: number;
  /** Of a value as it is stored: pixels 1, floats 4. */
  readonly valueBytes: 1 | 4;
  /** Share of the pairs of neighbouring features that are not both zero, 0 ... 1: what the kernel computes with. */
  readonly filled: number;
  /** Whether owners keep the data, and train where they are; simulated clients where left out. */
  readonly owners?: boolean;
  /** How many of them are in accounts of their own; none where left out. */
  readonly accounts?: number;
  /** How many of the three who open sums of masks; likewise. */
  readonly helpersInAccounts?: number;
  /** Of a run with owners: the simulated clients beside them, and their examples, which alone are in the bucket. */
  readonly beside?: { readonly clients: number; readonly examples: number };
}

/** MNIST: 60,000 and 10,000 images; of 392 pairs of pixels 88 are inked (docs/performance.md). */
export const mnistSize: DataSize = {
  examples: 70_000,
  features: 784,
  classes: 10,
  testExamples: 10_000,
  valueBytes: 1,
  filled: 88 / 392,
};

/** Examples that are enough to tell images from tables. */
const sampled = 1_000;

/** The size of a data set that is at hand; filled is that of a thousand examples, taken evenly over it. */
export function dataSize(examples: Examples, classes: number, testExamples = 0): DataSize {
  const { x, count, features } = examples;
  const pairs = Math.ceil(features / 2);
  const rows = Math.min(sampled, count);
  let filled = 0;
  for (let i = 0; i < rows; i++) {
    const start = Math.floor((i * count) / rows) * features;
    for (let pair = 0; pair < pairs; pair++) {
      const at = start + 2 * pair;
      if (x[at] !== 0 || (2 * pair + 1 < features && x[at + 1] !== 0)) filled++;
    }
  }
  return {
    examples: count,
    features,
    classes,
    testExamples,
    valueBytes: x instanceof Uint8Array ? 1 : 4,
    filled: rows * pairs === 0 ? 1 : filled / (rows * pairs),
  };
}

/** What of a run's plan tells how large its data are. */
export type Planned = Pick<Plan, "config" | "dataset" | "clients" | "examiner" | "agreement" | "helpers">;

/**
 * The size of a run's data as its plan tells it.
 * @param filled which the plan does not tell: 1 where nothing may be underestimated
 */
export function plannedSize(
  { config, dataset, clients, examiner, agreement, helpers }: Planned,
  filled: number,
): DataSize {
  const { examples, features, classes, element } = dataset;
  const used = config.dataset.limit ?? examples;
  const ofClients = clients.reduce((sum, { train, heldOut }) => sum + train + heldOut, 0);
  const testExamples = examiner === null ? 0 : Math.round(((used - ofClients) / used) * examples);
  const valueBytes = element === "uint8" ? 1 : 4;
  const ofData = { examples, features, classes, testExamples, valueBytes, filled } as const;
  if (!agreement) return { ...ofData, owners: false };
  return { ...ofData, owners: true, ...accountsOf({ clients, helpers }), beside: besideOwners(clients) };
}

/** The simulated clients of a run with owners. */
export function besideOwners(
  clients: readonly Pick<Planned["clients"][number], "place" | "train" | "heldOut">[],
): NonNullable<DataSize["beside"]> {
  const simulated = clients.filter(({ place }) => !place);
  return {
    clients: simulated.length,
    examples: simulated.reduce((sum, { train, heldOut }) => sum + train + heldOut, 0),
  };
}

/** How many of a run's clients are owners in accounts of their own, and how many of those who open sums. */
export function accountsOf({ clients, helpers = [] }: Pick<Plan, "clients" | "helpers">) {
  return {
    accounts: clients.filter(({ place }) => accountOf(place) !== undefined).length,
    helpersInAccounts: helpers.filter(({ account }) => account).length,
  };
}

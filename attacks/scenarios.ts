import type { Dataset } from "../shared/dataset/dataset.ts";
import { known } from "./control.ts";
import { trapModel } from "./crafted.ts";
import type { Defence } from "./defences.ts";
import { type Attacked, attack } from "./measure.ts";

/** What is attacked, and how. */
export interface Scenario {
  readonly name: string;
  /** Of each of three clients. */
  readonly examples: number;
  /** Whether the aggregator has handed out a model of its own making. */
  readonly crafted?: true;
}

export const scenarios: readonly Scenario[] = [
  { name: "1 example", examples: 1 },
  { name: "8 examples", examples: 8 },
  { name: "64 examples", examples: 64 },
  { name: "600 examples, crafted model", examples: 600, crafted: true },
];

export const clients = 3;
/** 784-32-10 of the paper's run. */
export const hidden = 32;

/** Everything that a defence shows of so many cohorts, attacked. */
export async function attackAll(
  dataset: Dataset,
  { examples, crafted }: Scenario,
  defence: Defence,
  seeds: readonly number[],
): Promise<Attacked[]> {
  // a unit is to answer to one of all that what is seen comes from
  const mixed = examples * (defence.adds ? clients : 1);
  const others = known(dataset);
  const all: Attacked[] = [];
  for (const seed of seeds) {
    const craft =
      crafted && ((spec: Parameters<typeof trapModel>[0]) => trapModel(spec, others, mixed, seed));
    all.push(...(await attack(dataset, { clients, examples, hidden, seed }, defence, craft)));
  }
  return all;
}

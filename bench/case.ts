import type { MlpSpec } from "../shared/model/mlp/dense-layers.ts";
import { permutation, randomStream } from "../shared/random.ts";

/** One row of the table: a client's epoch over the examples of one data set. */
export interface Case {
  readonly hidden: readonly number[];
  readonly batchSize: number;
  readonly data: "mnist" | "standardized";
}

export const features = 784;
export const classes = 10;
/** Images of one client. */
export const images = 6_000;

/** The model that a case trains. */
export const modelOf = (hidden: readonly number[]): MlpSpec => ({
  kind: "mlp",
  features,
  hidden,
  outputs: classes,
});

export const learningRate = ({ data }: Case): number => (data === "mnist" ? 0.1 : 0.01);

const shapes = [[64], [128], [200, 200]];
const batchSizes = [10, 32, 256];

export const allCases: Case[] = (["mnist", "standardized"] as const).flatMap((data) =>
  shapes.flatMap((hidden) => batchSizes.map((batchSize) => ({ hidden, batchSize, data }))),
);

export const shapeName = ({ hidden }: Case): string => [features, ...hidden, classes].join("-");

/** Another permutation for every epoch, as in training. */
export const epochOrder = (epoch: number): Uint32Array =>
  permutation(images, randomStream(1, "client-order", epoch));

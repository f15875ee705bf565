import * as z from "zod";
import { mlpKernel } from "../../shared/model/kernel/mlp.ts";
import { mlp } from "../../shared/model/mlp/kind.ts";
import type { ModelKind } from "../../shared/model/model-kind.ts";

/** A kind of model that fedstep does not have: one linear map, whose start has a bound of its own. */
export interface LinearSpec {
  readonly kind: "linear";
  readonly features: number;
  readonly outputs: number;
  /** The map starts uniform in +-spread. */
  readonly spread: number;
}

const settings = z
  .strictObject({
    kind: z.literal("linear").describe("What the model is made of."),
    spread: z.number().min(0).default(0.25).describe("The map starts uniform in +-spread."),
  })
  .describe("One linear map.");

const withoutLayers = ({ features, outputs }: LinearSpec) =>
  ({ kind: "mlp", features, hidden: [], outputs }) as const;

const kind = {
  name: "linear",
  settings,
  specSchema: z.object({
    kind: z.literal("linear"),
    features: z.int(),
    outputs: z.int(),
    spread: z.number(),
  }),
  specOf: ({ kind, spread }, { features, outputs }) => ({ kind, features, outputs, spread }),
  layout: ({ features, outputs, spread }) => [
    { name: "map", shape: [features, outputs], initial: (stream) => (2 * stream.unit() - 1) * spread },
    { name: "offset", shape: [outputs], initial: () => 0 },
  ],
  work: (spec) => mlp.work(withoutLayers(spec)),
  smaller: { field: "dataset", change: "bring fewer features" },
  shortName: ({ features, outputs }) => `linear ${features}-${outputs}`,
  describe: (_, ending) => `A linear map (${ending})`,
  // TensorFlow.js is not told how
  trainers: {
    kernel: {
      layOut: (primitives, layout, spec, input, batch) =>
        mlpKernel.layOut(primitives, layout, withoutLayers(spec), input, batch),
    },
  },
  exportedLayers: (spec, parameters, input, activation) =>
    mlp.exportedLayers(withoutLayers(spec), parameters, input, activation),
  python: () => ['values = values @ layers["map"] + layers["offset"]'],
} satisfies Omit<ModelKind<typeof settings, LinearSpec>, "name"> & { readonly name: string };

export const linear = kind as unknown as ModelKind;

/** x W + b */
export function linearOutputs({ features, outputs }: LinearSpec, parameters: Float32Array, x: Float64Array) {
  return Float64Array.from({ length: outputs }, (_, output) =>
    x.reduce(
      (sum, value, feature) => sum + value * (parameters[feature * outputs + output] as number),
      parameters[features * outputs + output] as number,
    ),
  );
}

import { mlpKernel } from "../kernel/mlp.ts";
import { glorotUniform, type Layout, zero } from "../layout.ts";
import type { ModelKind } from "../model-kind.ts";
import type { ExampleWork } from "../work.ts";
import { activationOf, denseLayers, type MlpSpec } from "./dense-layers.ts";
import { exportedDense } from "./exported-dense.ts";
import { mlpSettings, mlpSpec } from "./settings.ts";
import { mlpTfjs } from "./tfjs.ts";

/** Dense layers, f between them: y = f(... f(x W[0] + b[0]) ...) W[last] + b[last]. */
export const mlp: ModelKind<typeof mlpSettings, MlpSpec> = {
  name: "mlp",
  settings: mlpSettings,
  specSchema: mlpSpec,
  specOf: ({ kind, hidden, activation }, { features, outputs }) => ({
    kind,
    features,
    hidden,
    // without a layer to follow it there is none; in the schema's order, in which whoever reads the plan has it
    ...(activation !== undefined && activation !== "relu" && hidden.length > 0 && { activation }),
    outputs,
  }),
  layout,
  work,
  smaller: { field: "model.hidden", change: "take narrower layers" },
  shortName,
  describe: (spec, ending) =>
    spec.hidden.length === 0
      ? `A linear model ${shortName(spec)} (no hidden layer, ${ending})`
      : `A multilayer perceptron ${shortName(spec)} (${called[activationOf(spec)]} between the layers, ${ending})`,
  trainers: { kernel: mlpKernel, tfjs: mlpTfjs },
  exportedLayers: exportedDense,
  stated: ({ activation }) => ({ ...(activation && { activation }) }),
  python: ({ hidden, activation }) => [
    `for i in range(${hidden.length + 1}):`,
    '    values = values @ layers[f"layers.{i}.weight"] + layers[f"layers.{i}.bias"]',
    `    values = ${activation === "tanh" ? "np.tanh(values)" : "np.maximum(values, 0)"} if i < ${hidden.length} else values`,
  ],
};

/** As people write them. */
const called = { relu: "ReLU", tanh: "tanh" } as const;

function shortName({ features, hidden, outputs }: MlpSpec): string {
  return [features, ...hidden, outputs].join("-");
}

/** Weights are inputs x outputs. */
function layout(spec: MlpSpec): Layout {
  return denseLayers(spec).flatMap(({ inputs, outputs }, i) => [
    { name: `layers.${i}.weight`, shape: [inputs, outputs], initial: glorotUniform(inputs, outputs) },
    { name: `layers.${i}.bias`, shape: [outputs], initial: zero },
  ]);
}

/**
 * Every layer takes the products of its outputs; in training also those of its weights' gradients and, but for the first,
 * of its inputs' gradients.
 */
function work(spec: MlpSpec): ExampleWork {
  const [first = 0, ...others] = denseLayers(spec).map(({ inputs, outputs }) => inputs * outputs);
  const rest = others.reduce((sum, products) => sum + products, 0);
  return {
    evaluation: { ofInputs: first, others: rest },
    training: { ofInputs: 2 * first, others: 3 * rest },
    activations: spec.hidden.reduce((sum, width) => sum + width, 0),
  };
}

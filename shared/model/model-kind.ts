import type * as z from "zod";
import type { AnySpec, ModelData } from "./any-spec.ts";
import type { ExportedLayer } from "./export/exported-layer.ts";
import type { KindName } from "./inference.ts";
import type { KernelProgram } from "./kernel/program.ts";
import type { Layout } from "./layout.ts";
import type { TfjsProgram } from "./tfjs/program.ts";
import type { ExampleWork } from "./work.ts";

/**
 * A kind of model: all that the rest of fedstep asks of models stands here. A kind is a folder and a line in kinds.ts;
 * its settings are the section "model" of a configuration, and its spec, which follows from settings and data, is what
 * the plan of a run holds and everything else follows from.
 */
export interface ModelKind<Settings extends z.ZodObject = z.ZodObject, Spec extends AnySpec = AnySpec> {
  /** In the configuration: model.kind. */
  readonly name: KindName;
  /** The fields of the section model, kind among them. */
  readonly settings: Settings;
  /** The same of the plan's spec. */
  readonly specSchema: z.ZodType<Spec>;
  specOf(settings: z.output<Settings>, data: ModelData): Spec;
  layout(spec: Spec): Layout;
  /** By which time and memory are estimated. */
  work(spec: Spec): ExampleWork;
  /** What to change where a model is too large: the field, and how. */
  readonly smaller: { readonly field: string; readonly change: string };
  /** In a line: 784-64-10. */
  shortName(spec: Spec): string;
  /**
   * What a model card begins with: "A multilayer perceptron 784-64-10 (ReLU between the layers, softmax at the end)".
   * @param ending what is done to the outputs: softmax at the end
   */
  describe(spec: Spec, ending: string): string;
  /** What each trainer needs to know of the kind; a trainer that is left out cannot train it. */
  readonly trainers: { readonly kernel?: KernelProgram<Spec>; readonly tfjs?: TfjsProgram<Spec> };
  /**
   * The model as layers of a Keras Sequential, for TensorFlow.js.
   * @param parameters flat, by the layout
   * @param input fields of the layer that takes the input; none where another layer stands before
   * @param activation what Keras calls that which is done to the outputs
   */
  exportedLayers(
    spec: Spec,
    parameters: Float32Array,
    input: Readonly<Record<string, unknown>>,
    activation: string,
  ): ExportedLayer[];
  /** What model.safetensors has to say of the model beside its tensors, for whoever computes with them. */
  stated?(spec: Spec): Readonly<Record<string, unknown>>;
  /**
   * Lines of Python that make outputs [examples, outputs] of values [examples, features], both called values; tensors by
   * their names in the layout are in layers, NumPy is np.
   */
  python(spec: Spec): readonly string[];
}

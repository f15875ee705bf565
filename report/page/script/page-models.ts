import { askModel } from "../../../shared/model/asked-model.ts";
import { finishes } from "../../../shared/task/finishes.ts";
import { classNamed } from "../../../shared/task/naming.ts";
import { type EmbeddedModelName, type EmbeddedModels, elements } from "../embedded.ts";
import { element } from "./element.ts";

/** What a model makes of an example. */
export interface Answer {
  readonly name: EmbeddedModelName;
  /** As its task ends the outputs. */
  readonly values: Float64Array;
  /** The class that it names, where the values are those of classes. */
  readonly named?: number;
}

export interface PageModels {
  readonly embedded: EmbeddedModels;
  readonly names: readonly EmbeddedModelName[];
  /** @param example as the data set has it */
  ask(example: Uint8Array | Float32Array): Answer[];
}

/** Reads the models out of the page. */
export function pageModels(): PageModels {
  const embedded = JSON.parse(element(elements.models, HTMLScriptElement).text) as EmbeddedModels;
  const { spec, task, fit, scaling } = embedded;
  const finish = finishes[task](fit);
  const names = Object.keys(embedded.models) as EmbeddedModelName[];
  const models = names.map((name) => {
    const { parameters, naming } = embedded.models[name] ?? { parameters: "" };
    const asked = { spec, scaling, parameters: decoded(parameters) };
    return (example: Uint8Array | Float32Array): Answer => {
      const values = finish(askModel(asked, example));
      return { name, values, ...(naming && { named: classNamed(values, naming) }) };
    };
  });
  return { embedded, names, ask: (example) => models.map((model) => model(example)) };
}

function decoded(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
}

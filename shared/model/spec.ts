import * as z from "zod";
import { type HasTask, outputsOf } from "../task/tasks.ts";
import type { AnySpec } from "./any-spec.ts";
import { modelKinds } from "./kinds.ts";
import type { Layout } from "./layout.ts";
import type { ModelKind } from "./model-kind.ts";

type Kinds = typeof modelKinds;
type SettingsOfAll<K extends readonly ModelKind[]> = { -readonly [I in keyof K]: K[I]["settings"] };
type SpecOf<K> = K extends { readonly specSchema: z.ZodType<infer Spec> } ? Spec : never;

/** The section model of a configuration: each kind's own fields, and no others; the kind decides. */
export const modelSettings = z
  .discriminatedUnion("kind", modelKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
  .describe("The model that is trained.");

export type ModelSettings = z.output<typeof modelSettings>;

/** What a run's model is, whatever its kind: the plan holds it. */
export type ModelSpec = SpecOf<Kinds[number]>;

export const modelSpec: z.ZodType<ModelSpec> = z.union(modelKinds.map(({ specSchema }) => specSchema));

/** @throws RangeError where no kind is called so: neither a configuration nor a plan says it */
export function kindOf({ kind }: Pick<AnySpec, "kind">): ModelKind {
  const found = modelKinds.find(({ name }) => name === kind);
  if (!found) throw new RangeError(`there is no kind of model ${kind}`);
  return found;
}

/** The model that a configuration asks for, over data of so many features and classes; the task says its outputs. */
export function specOf(
  config: HasTask & { readonly model: ModelSettings },
  data: { readonly features: number; readonly classes: number },
): ModelSpec {
  const { model } = config;
  return kindOf(model).specOf(model, {
    features: data.features,
    outputs: outputsOf(config, data),
  }) as ModelSpec;
}

export function layoutOf(model: ModelSpec): Layout {
  return kindOf(model).layout(model);
}

/** Whether the one goes on where the other has come to: all that they are is the same. */
export function isSameModel(one: ModelSpec, other: ModelSpec): boolean {
  return written(one) === written(other);
}

/** With its fields in one order, whoever wrote them. */
function written(model: ModelSpec): string {
  return JSON.stringify(Object.entries(model).sort(([a], [b]) => (a < b ? -1 : 1)));
}

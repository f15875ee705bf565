import { parameterTensors } from "../model/parameters.ts";
import type { ModelSpec } from "../model/spec.ts";
import { modelWithVectors, vectorsAlone, vectorTensors } from "../model/vectors.ts";
import type { Tensor } from "../tensors/safetensors.ts";
import type { ClientProcedure } from "./procedure.ts";
import type { ClientUpdate } from "./update.ts";

type Sends = ClientProcedure["sends"];
type UpdateVectors = Pick<ClientUpdate, "parameters" | "sent">;

/** What a client that trained sends, as tensors. @throws RangeError where it is not what the procedure declares */
export function updateTensors(model: ModelSpec, sends: Sends, { parameters, sent }: UpdateVectors): Tensor[] {
  const own = sends.model ? parameterTensors(model, parameters) : [];
  return [...own, ...vectorTensors(model, sends.vectors, sent)];
}

/** The same of tensors that were read. @throws ObjectInvalid likewise */
export function updateVectors(
  model: ModelSpec,
  sends: Sends,
  tensors: ReadonlyMap<string, Tensor>,
): UpdateVectors {
  if (!sends.model) {
    return { parameters: new Float32Array(0), sent: vectorsAlone(model, tensors, sends.vectors) };
  }
  const { parameters, vectors } = modelWithVectors(model, tensors, sends.vectors);
  return { parameters, sent: vectors };
}

import { parameterTensors } from "../shared/model/parameters.ts";
import { encodeSafetensors } from "../shared/tensors/safetensors.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles } from "./home-files.ts";
import type { OpenedJob } from "./job-objects.ts";

/**
 * Keeps the newest model of a run that came to the owner, as models/RUN.safetensors: the weights as they are trained, and in its
 * metadata what scales a table before it goes into them.
 */
export async function keepModel(
  { storage }: Pick<OwnerHome, "storage">,
  { plan: { run, model, scaling, dataset }, round, global }: Pick<OpenedJob, "plan" | "round" | "global">,
): Promise<void> {
  const { classNames, featureNames } = dataset;
  const facts = { model, scaling, classNames, featureNames };
  const metadata = { run, round: String(round), weightsSha256: global.weightsSha256, ...asTexts(facts) };
  const bytes = encodeSafetensors(parameterTensors(model, global.parameters), metadata);
  await storage.write(modelFile(run), bytes);
}

export const modelFile = (run: string) => `${homeFiles.models}/${run}.safetensors`;

/** safetensors' metadata holds texts only. */
function asTexts(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined && fact !== null);
  return Object.fromEntries(known.map(([name, fact]) => [name, JSON.stringify(fact)]));
}

import type { Agreement } from "../../shared/owners/agreement.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import { simulatedWeights } from "../functions/owners.ts";
import type { Play } from "../functions/played-run.ts";
import { maskedBy } from "./masked-owners.ts";
import type { WorkingOwner } from "./working-owners.ts";

/** The weights of the same run where all examples are in one bucket: of the same integers in the open, or of a simulation's masks. */
export async function weightsOf(
  how: "none" | "coordinator",
  agreed: Agreement,
  owners: readonly WorkingOwner[],
  name = "FedAvg",
  play: Play = {},
): Promise<string> {
  const read = owners.map(async ({ data }) => readBySchema(await readNamed(data, "--data"), agreed.schema));
  const { helpers: _, ...plain } = agreed;
  const simulated = { ...plain, config: maskedBy(how, name)(agreed.config) };
  return simulatedWeights(simulated, await Promise.all(read), play);
}

import type { LocalFunction } from "../../local/assembly/assembly.ts";
import { loadAssembly } from "../../local/assembly/load.ts";
import type { Session } from "../session.ts";

/** What trains at an owner's, as this version brings it. @throws SynthFailed, PackageMissing, HomeUnwritable */
export async function trainingFunction(session: Session, home: string): Promise<LocalFunction> {
  const onSynth = () => session.say("synthesizing the stack (once per version of the sources)");
  const { functions } = await loadAssembly({ home, onSynth, signal: session.signal });
  const found = functions.find(({ name }) => name.endsWith("-TrainClient"));
  if (!found) throw new RangeError("the assembly has no function TrainClient");
  return found;
}

import { uploadDataset } from "../../cli/run/launch.ts";
import { localTarget } from "../../cli/targets/local.ts";
import type { Injection } from "../../local/chaos/journal.ts";
import { openData, type Situation } from "./situation.ts";
import type { Stage } from "./try.ts";

/** One emulator for many runs, each of which brings its own faults; undisturbed runs bring none. */
export async function openStage(
  home: string,
  environments: number | undefined,
): Promise<Stage & { close(): Promise<void> }> {
  const plans = new Map<string, Situation["plan"]>();
  const injections: Injection[] = [];
  const target = await localTarget({
    home,
    tfjs: false,
    environments,
    say: () => {},
    fastRetries: true,
    chaos: {
      plan: (event) => plans.get(event.run)?.(event),
      injected: (injection) => void injections.push(injection),
    },
  });
  const dataset = await uploadDataset(target, await openData());
  return { target, dataset, plans, injections, references: new Map(), close: () => target.close() };
}

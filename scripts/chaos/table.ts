import { markdownTable } from "markdown-table";
import type { Fault } from "../../local/chaos/fault.ts";
import type { Trial } from "./try.ts";

/** What came of the runs, and what was done to them. */
export function robustnessTables(trials: readonly Trial[]): string {
  const seeds = trials.map(({ situation }) => situation.seed);
  const injected = trials.flatMap((trial) =>
    trial.injected.map(({ event, fault }) => ({ trial, event, fault })),
  );
  const failed = trials.filter(({ problems }) => problems.length > 0);
  return [
    `${trials.length} runs, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}, ${injected.length} faults; ` +
      (failed.length === 0
        ? "every run came out as its faults predict."
        : `**${failed.length} did not come out as their faults predict: seeds ${failed.map(({ situation }) => situation.seed).join(", ")}.**`),
    outcomes(trials),
    faults(injected),
  ].join("\n\n");
}

const meanings: Readonly<Record<Trial["outcome"], string>> = {
  "undisturbed bits": "ended with the bits of the undisturbed run",
  "went on without silent clients":
    "quorum 0.6: ended without the silent clients, each recorded with its cause",
  "failed, and was resumed": "ended with a named error; resumed without faults, ended as it should",
};

function outcomes(trials: readonly Trial[]): string {
  const counts = new Map<string, number>();
  for (const { outcome, error, injected } of trials) {
    const key = [meanings[outcome], error ?? "", injected.length === 0 ? "none" : "some"].join("|");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([key, count]) => [...key.split("|"), String(count)]);
  return markdownTable([["outcome", "error", "faults", "runs"], ...rows], { align: ["l", "l", "l", "r"] });
}

const kindOf = (fault: Fault) => (fault.fault === "update" ? `update ${fault.damage}` : fault.fault);

function faults(injected: readonly { trial: Trial; fault: Fault }[]): string {
  const kinds = new Map<string, Map<number, Trial>>();
  const counts = new Map<string, number>();
  for (const { trial, fault } of injected) {
    const kind = kindOf(fault);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    kinds.set(kind, (kinds.get(kind) ?? new Map()).set(trial.situation.seed, trial));
  }
  const rows = [...kinds]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, trials]) => {
      const of = (outcome: Trial["outcome"]) =>
        String([...trials.values()].filter((trial) => trial.outcome === outcome).length);
      return [
        kind,
        String(counts.get(kind)),
        String(trials.size),
        of("undisturbed bits"),
        of("went on without silent clients"),
        of("failed, and was resumed"),
      ];
    });
  return markdownTable(
    [["fault", "injected", "in runs", "same bits", "without silent clients", "resumed"], ...rows],
    { align: ["l", "r", "r", "r", "r", "r"] },
  );
}

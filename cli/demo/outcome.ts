import { shownAs } from "../../report/measure.ts";
import { textTable } from "../../report/text-table.ts";
import { keys } from "../../shared/layout.ts";
import { type LogEntry, ofRun, sentOf } from "../../shared/owners/log-entry.ts";
import { type Brief, scoreOf, taskOf } from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import type { Objects } from "../../storage/objects.ts";
import type { Joined } from "./join.ts";

/** What the run has been for one owner. */
export interface OwnerOutcome {
  readonly owner: string;
  /** Of its table, as it has told them itself. */
  readonly rows: number;
  /** That it has trained in. */
  readonly rounds: number;
  /** Of all that its log says has left for the run. */
  readonly bytes: number;
  /** Scores on what it holds out: of the model that it trained alone, and of the federation's; null where it told none. */
  readonly gained: { readonly alone: number; readonly federated: number } | null;
}

/**
 * From the owners' own logs, and from what they have told in the final pass.
 * @param entriesOf whoever that owner is
 * @throws ObjectMissing
 */
export async function outcomesOf(
  entriesOf: (owner: string) => Promise<readonly LogEntry[]>,
  { told }: Joined,
  result: Result,
  objects: Objects,
): Promise<OwnerOutcome[]> {
  const { run, config, dataset, federated } = result;
  const task = taskOf(config);
  const last = federated.rounds.at(-1)?.round ?? 0;
  const final = await objects.findRecord(keys.roundMetrics(run, last + 1), roundMetrics);
  return Promise.all(
    told.map(async ({ owner, description }) => {
      const sent = ofRun(run, sentOf(await entriesOf(owner)));
      const client = dataset.owners?.indexOf(owner);
      const reported = final?.clients.find((one) => one.client === client);
      return {
        owner,
        rows: description.train + description.heldOut,
        rounds: sent.filter((one) => one.task === "train").length,
        bytes: sent.reduce((sum, { bytes, boxes }) => sum + bytes + (boxes?.bytes ?? 0), 0),
        gained:
          reported?.alone && reported.loss !== null
            ? { alone: scoreOf(task, reported.alone), federated: scoreOf(task, reported as Brief) }
            : null,
      };
    }),
  );
}

export function outcomeTable(outcomes: readonly OwnerOutcome[], { config }: Result): string {
  const { scale, title } = taskOf(config).score;
  const show = shownAs(scale);
  const rows = outcomes.map(({ owner, rows, rounds, bytes, gained }) => [
    ...[owner, rows, rounds, bytes].map(String),
    ...(gained ? [show(gained.alone), show(gained.federated)] : ["not told", "not told"]),
  ]);
  const head = ["owner", "rows", "rounds", "bytes sent", `${title.toLowerCase()} alone`, "federated"];
  return textTable(head, rows);
}

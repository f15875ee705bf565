import { updateKey } from "../../shared/client/update-key.ts";
import { accountFolder, clientsKey, clientsModelsOf, keys, updatesOfRound } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { askedOwners } from "./awaited.ts";

/** Of a round that is not complete: whose updates lie in the bucket, and whose do not yet. */
export interface Heard {
  readonly round: number;
  /** Names of owners. */
  readonly sent: readonly string[];
  readonly awaited: readonly string[];
}

/**
 * Which owners a round has heard of, as far as the bucket tells: names alone are listed, and no update is read. Who has
 * declined is told by the round, once it is complete.
 * @param round the first that is not complete
 * @returns undefined of a run whose clients are simulated
 */
export async function heardOf(
  objects: Objects,
  record: RunRecord,
  round: number,
): Promise<Heard | undefined> {
  if (!record.owners) return undefined;
  const { run, dataset } = record;
  const names = dataset.owners ?? [];
  const [updates] = clientsModelsOf(run);
  const folders = await objects.listFolders(updates);
  const accounts = folders.flatMap((name) => accountFolder(name) ?? []);
  const below = accounts.map(async (account) => objects.listFolders(`${updates}${account}/`));
  const attempts = new Set(
    [folders, ...(await Promise.all(below))].flat().filter((name) => /^\d{5,10}$/.test(name)),
  );
  const plan = await objects.findRecord(keys.plan(run), planRecord);
  const there: number[] = [];
  // executions ask anew: what counts is what the latest one that was answered has been sent
  for (const attempt of [...attempts].map(Number).sort((a, b) => b - a)) {
    const prefixes = [undefined, ...accounts].map((account) => updatesOfRound(run, round, attempt, account));
    const found = (await Promise.all(prefixes.map((prefix) => objects.list(prefix)))).flat();
    for (const key of found) {
      const { client } = clientsKey(key) ?? {};
      // an account may write whatever it likes below its own number, another one's too
      if (client !== undefined && (!plan || key === updateKey(plan, client, round, attempt)))
        there.push(client);
    }
    if (there.length > 0) break;
  }
  const sent = there.flatMap((client) => names[client] ?? []);
  return { round, sent, awaited: askedOwners(record, round).filter((name) => !sent.includes(name)) };
}

/** The same in a line. */
export function heardText({ round, sent, awaited }: Heard): string {
  const there = sent.length === 0 ? "nobody's update is there" : `updates are there of ${sent.join(", ")}`;
  return `round ${round}: ${there}${awaited.length === 0 ? "" : `; awaited: ${awaited.join(", ")}`}`;
}

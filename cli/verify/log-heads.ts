import type { RoundMetrics } from "../../shared/workflow/round-records.ts";

/** An update that its owner has signed over the same head of its log as one before. */
export interface RepeatedHead {
  readonly round: number;
  readonly client: number;
  /** The round before in which it has signed that head. */
  readonly before: number;
}

/**
 * Each job that an owner does makes its log longer. Who signs two rounds over one head works with a log from a backup, or in
 * two copies of its home.
 */
export function repeatedHeads(rounds: readonly Pick<RoundMetrics, "round" | "updates">[]): RepeatedHead[] {
  const signedIn = new Map<string, number>();
  return rounds.flatMap(({ round, updates }) =>
    updates.flatMap(({ client, signed }) => {
      if (!signed) return [];
      const name = `${client} ${signed.statement.logHead}`;
      const before = signedIn.get(name);
      signedIn.set(name, before ?? round);
      return before === undefined ? [] : [{ round, client, before }];
    }),
  );
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type OpenReduction, openReduction } from "../../shared/strategy/open-reduction.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Round, Strategy } from "../../shared/strategy/strategy.ts";
import { aggregate, rounds } from "../shared/strategy/rounds.ts";
import { everyStrategy, runs } from "./every-strategy.ts";

describe.each(everyStrategy)("%s", (_, settings) => {
  const strategy = openStrategy(settings);

  test("the order in which clients report, and who adds them up first, changes nothing, bit for bit", () => {
    const permuted = rounds(strategy).chain((round) =>
      fc
        .shuffledSubarray([...round.updates], { minLength: round.updates.length })
        .map((updates) => [round, { ...round, updates }] as const),
    );
    fc.assert(
      fc.property(permuted, fc.nat(), fc.nat(), ([round, other], one, two) => {
        const expected = aggregate(strategy, round);
        expect(aggregate(strategy, other)).toEqual(expected);
        expect(aggregateInGroups(strategy, other, one, two)).toEqual(expected);
      }),
      runs,
    );
  });
});

/** By three aggregators, some of whom may have no client, the last of whom takes over what the others have. */
function aggregateInGroups(strategy: Strategy, { updates, ...start }: Round, one: number, two: number) {
  const cuts = [one, two].map((cut) => cut % (updates.length + 1)).sort((a, b) => a - b);
  const groups = [updates.slice(0, cuts[0]), updates.slice(cuts[0], cuts[1]), updates.slice(cuts[1])];
  const [first, second, last] = groups.map((group) => {
    const reduction = openReduction(strategy, start);
    for (const one of group) reduction.add(one);
    return reduction;
  }) as [OpenReduction, OpenReduction, OpenReduction];
  second.merge(first);
  last.merge(second);
  return last.finish();
}

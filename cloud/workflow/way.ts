import { type Flow, flowsInside, holds, type State, waitsForToken } from "./definition.ts";

/** A state that an execution enters. */
export interface Entered {
  readonly name: string;
  readonly type: string;
  /** Of a Task: for its token. */
  readonly waits: boolean;
}

/**
 * The states that an undisturbed execution enters on the shortest way from start to end that enters the given states at
 * least so often, in their order; a Parallel is followed by the ways through its branches. The items of a Map are left out.
 * @param through how often, by name; a state may stand in a branch
 * @throws Error where there is no such way
 */
export function shortestWay(flow: Flow, through: Readonly<Record<string, number>> = {}): Entered[] {
  const wanted = wantedHere(flow, through);
  // breadth first, so that the first way found is the shortest
  let ways: Way[] = [{ names: [], at: flow.StartAt, left: wanted }];
  const seen = new Set<string>();
  while (ways.length > 0) {
    const longer: Way[] = [];
    for (const { names, at, left } of ways) {
      const state = flow.States[at];
      if (!state) throw new Error(`a state leads to ${at}, which is none`);
      const way = { names: [...names, at], left: { ...left, [at]: Math.max(0, (left[at] ?? 0) - 1) } };
      const next = followers(state);
      if (next.length === 0 && state.Type !== "Fail" && Object.values(way.left).every((n) => n === 0)) {
        return way.names.flatMap((name) => enteredIn(flow, name, through));
      }
      for (const to of next) {
        const place = JSON.stringify([to, way.left]);
        if (!seen.has(place)) longer.push({ ...way, at: to });
        seen.add(place);
      }
    }
    ways = longer;
  }
  throw new Error(`no way from ${flow.StartAt} to an end enters ${JSON.stringify(through)}`);
}

interface Way {
  readonly names: readonly string[];
  readonly at: string;
  /** How often states still have to be entered. */
  readonly left: Readonly<Record<string, number>>;
}

/** Of the states wanted those of this flow itself; in place of one in a branch the state that has the branch. */
function wantedHere(flow: Flow, through: Readonly<Record<string, number>>): Record<string, number> {
  const here = Object.entries(through).flatMap(([name, times]) =>
    Object.entries(flow.States).flatMap(([own, state]): [string, number][] => {
      if (own === name) return [[own, times]];
      return times > 0 && flowsInside(state).some((inner) => holds(inner, name)) ? [[own, 1]] : [];
    }),
  );
  return Object.fromEntries(here);
}

/** Where a state may lead when nothing fails. */
function followers({ Choices = [], Default, Next }: State): string[] {
  return [...Choices.map((choice) => choice.Next), Default, Next].filter((name) => name !== undefined);
}

function enteredIn({ States }: Flow, name: string, through: Readonly<Record<string, number>>): Entered[] {
  const { Type: type, Branches = [], Resource } = States[name] ?? { Type: "" };
  const waits = waitsForToken({ Type: type, Resource });
  return [{ name, type, waits }, ...Branches.flatMap((branch) => shortestWay(branch, through))];
}

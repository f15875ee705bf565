import { type Flow, flowsInside, holds, type State } from "./definition.ts";
import { type Entered, shortestWay } from "./way.ts";

/** What a part of a run takes of an execution. */
export interface Taken {
  /** Of the execution's history. */
  readonly events: number;
  /** States that are entered, which AWS bills. */
  readonly transitions: number;
}

/**
 * The parts of a run, each known by a state that is in it; a round with owners has another Map, with simulated clients beside, and
 * one with masks two others, as one with both has; its owners take what those of any round do.
 */
export const parts = [
  "prepare",
  "round",
  "participant",
  "ownersRound",
  "owner",
  "account",
  "beside",
  "maskedRound",
  "masked",
  "opening",
  "maskedOwnersRound",
  "ownersOpening",
  "openingInAccount",
  "baseline",
  "continue",
  "finish",
] as const;
export type Part = (typeof parts)[number];
export type Marks = Readonly<Record<Part, string>>;

/** What each part takes that nothing disturbs. */
export interface FlowCounts extends Readonly<Record<Part, Taken>> {
  /** Each execution, besides the parts that it consists of. */
  readonly execution: Taken;
  /** A participant that fails for good, more than one that does not; its repetitions add to it. */
  readonly silent: Taken;
  /** An owner that stays silent, likewise; and one in an account of its own. */
  readonly silentOwner: Taken;
  readonly silentAccount: Taken;
  /** A helper that stays silent, likewise. */
  readonly silentHelper: Taken;
  /** A Map but for its items: of the two of a masked round, in which owners open, a stack that reaches owners one way alone has one. */
  readonly map: Taken;
}

/**
 * Events by type of state, as AWS records them
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html): of a task entered, scheduled, started, succeeded,
 * exited, and submitted where it waits for its token; of a Parallel and a Map entered, started, succeeded, exited; of the others entered and exited.
 */
const eventsOf = {
  Task: 5,
  Parallel: 4,
  Map: 4,
  Choice: 2,
  Pass: 2,
  Wait: 2,
  Succeed: 2,
} as const satisfies Readonly<Record<string, number>>;
const submittedEvents = 1;
/** Start and success: of the execution, and of an iteration of a Map. */
const aroundEvents = 2;

/**
 * Counts what each part of a run takes by the ways through the definition: a part is what a way enters more that has the
 * part's task in it, or has it once more.
 * @throws Error where a part's second time is not like its first, or the definition has no such part
 */
export function countFlow(flow: Flow, marks: Marks): FlowCounts {
  const finished = shortestWay(flow, { [marks.finish]: 1 });
  const continued = shortestWay(flow, { [marks.continue]: 1 });
  const finish = beyond(finished, continued);
  const once = (mark: string) => shortestWay(flow, { [mark]: 1, [marks.finish]: 1 });
  return {
    execution: plus(taken(beyond(finished, finish)), { events: aroundEvents, transitions: 0 }),
    prepare: taken(beyond(once(marks.prepare), finished)),
    round: repeated(flow, marks.round, marks.finish),
    ownersRound: repeated(flow, marks.ownersRound, marks.finish),
    maskedRound: repeated(flow, marks.maskedRound, marks.finish),
    maskedOwnersRound: repeated(flow, marks.maskedOwnersRound, marks.finish),
    baseline: repeated(flow, marks.baseline, marks.finish),
    continue: taken(beyond(continued, finished)),
    finish: taken(finish),
    ...participants(flow, marks),
  };
}

function repeated(flow: Flow, mark: string, finish: string): Taken {
  const [none, once, twice] = [0, 1, 2].map((times) => shortestWay(flow, { [mark]: times, [finish]: 1 }));
  const [first, second] = [taken(beyond(once, none)), taken(beyond(twice, once))];
  if (first.events === second.events && first.transitions === second.transitions) return first;
  throw new Error(`${mark}: the first time enters other states than the second`);
}

function participants(flow: Flow, marks: Marks) {
  const { each: participant, silent } = iteration(flow, marks.participant);
  const { each: owner, silent: silentOwner } = iteration(flow, marks.owner);
  const { each: account, silent: silentAccount } = iteration(flow, marks.account);
  const { each: beside } = iteration(flow, marks.beside);
  const { each: masked } = iteration(flow, marks.masked);
  const { each: opening, silent: silentHelper } = iteration(flow, marks.opening);
  const { each: ownersOpening } = iteration(flow, marks.ownersOpening);
  const { each: openingInAccount } = iteration(flow, marks.openingInAccount);
  return {
    participant,
    silent,
    owner,
    silentOwner,
    account,
    silentAccount,
    beside,
    masked,
    opening,
    ownersOpening,
    openingInAccount,
    silentHelper,
    map: { events: eventsOf.Map, transitions: 1 },
  };
}

/** An iteration of the Map around the task, and how much more it takes where the task fails and is caught. */
function iteration(flow: Flow, mark: string): { readonly each: Taken; readonly silent: Taken } {
  const inner = innermost(flow, mark);
  const way = shortestWay(inner, { [mark]: 1 });
  const after = way.slice(1 + way.findIndex(({ name }) => name === mark));
  const [caught] = inner.States[mark]?.Catch ?? [];
  if (!caught) throw new Error(`${mark}: nothing catches its errors`);
  const instead = taken(shortestWay({ ...inner, StartAt: caught.Next }));
  return {
    each: plus(taken(way), { events: aroundEvents, transitions: 0 }),
    silent: minus(instead, taken(after)),
  };
}

/** The branch or Map that a state stands in. */
function innermost(flow: Flow, name: string): Flow {
  const around = Object.values(flow.States)
    .flatMap((state: State) => flowsInside(state))
    .find((inner) => holds(inner, name));
  return around ? innermost(around, name) : flow;
}

/** What a way enters more often than another. */
function beyond(way: readonly Entered[] = [], other: readonly Entered[] = []): Entered[] {
  const left = new Map<string, number>();
  for (const { name } of other) left.set(name, (left.get(name) ?? 0) + 1);
  return way.filter(({ name }) => {
    const times = left.get(name) ?? 0;
    left.set(name, times - 1);
    return times <= 0;
  });
}

/** @throws Error for a type of state whose events are not known */
function taken(way: readonly Entered[]): Taken {
  const events = way.map(({ name, type, waits }) => {
    const known = (eventsOf as Readonly<Record<string, number>>)[type];
    if (known === undefined) throw new Error(`${name}: the events of a ${type} are not known`);
    return known + (waits ? submittedEvents : 0);
  });
  return { events: events.reduce((sum, one) => sum + one, 0), transitions: way.length };
}

const plus = (a: Taken, b: Taken): Taken => ({
  events: a.events + b.events,
  transitions: a.transitions + b.transitions,
});
const minus = (a: Taken, b: Taken): Taken => ({
  events: a.events - b.events,
  transitions: a.transitions - b.transitions,
});

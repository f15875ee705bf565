import { ownerInvalid } from "../shared/errors.ts";
import {
  approvalOf,
  type LogEntry,
  type OpenedEntry,
  ofRun,
  openedOf,
  type SignedEntry,
  sentOf,
  signedOf,
} from "../shared/owners/log-entry.ts";
import { chargesIn, epsilonSpent, unnoised } from "../shared/owners/privacy-ledger.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import { visible } from "../shared/visible.ts";

type UpdateOfRun = Pick<
  SignedEntry,
  "at" | "round" | "attempt" | "task" | "bytes" | "sha256" | "norm" | "chainSha256" | "recomputed"
>;

/** What has happened at an owner's for one run. */
export interface RunOfOwner {
  readonly run: string;
  /** Seals of plans that it came with: one, unless somebody shows owners several. */
  readonly plans: readonly string[];
  readonly approval: "waits" | "allowed" | null;
  /** What left, with what had come: the chain that the model of the round stands in. */
  readonly sent: readonly UpdateOfRun[];
  /** What was signed, and is not known to have left. */
  readonly unsent: readonly UpdateOfRun[];
  /** Sums of masks that it has opened as a helper, over so many clients. */
  readonly opened: readonly (Pick<OpenedEntry, "at" | "round" | "attempt" | "helper" | "bytes" | "sha256"> & {
    readonly clients: number;
  })[];
  /** What of its privacy has been spent, as epsilon at a usual delta; null where no update had noise. */
  readonly privacy: {
    readonly delta: number;
    readonly run: number;
    readonly allRuns: number;
    /** Updates of all runs that had none, which no epsilon bounds. */
    readonly withoutNoise: number;
  } | null;
  readonly refused: readonly {
    readonly at: string;
    readonly round: number;
    readonly refusal: string;
    readonly about: string;
  }[];
}

/** @throws OwnerInvalid where the log knows no such run */
export function runOfOwner(entries: readonly LogEntry[], run: string): RunOfOwner {
  const own = entries.filter((one) => "run" in one && one.run === run);
  const last = own.at(-1);
  if (!last) {
    const known = [...new Set(entries.flatMap((one) => ("run" in one ? [one.run] : [])))].join(", ");
    throw ownerInvalid(`${run}: the log knows no such run; it knows ${known || "none"}`);
  }
  const plans = [...new Set(own.flatMap((one) => ("plan" in one ? [one.plan] : [])))];
  const plan = plans.at(-1);
  const signed = ofRun(run, signedOf(entries));
  const left = new Set(ofRun(run, sentOf(entries)).map(({ object }) => object));
  const isSent = ({ object }: SignedEntry) => left.has(object);
  return {
    run,
    plans,
    approval: (plan !== undefined && approvalOf(entries, { run, plan })) || null,
    sent: signed.filter(isSent).map(updateOf),
    unsent: signed.filter((one) => !isSent(one)).map(updateOf),
    opened: ofRun(run, openedOf(entries)).map(({ at, round, attempt, helper, bytes, sha256, set }) => ({
      ...{ at, round, attempt, helper, bytes, sha256, clients: set.length },
    })),
    privacy: spentBy(entries, signed),
    refused: own.flatMap((one) =>
      one.event === "refused"
        ? [{ at: one.at, round: one.round, refusal: one.refusal, about: one.about }]
        : [],
    ),
  };
}

const usualDelta = 1e-5;

function spentBy(entries: readonly LogEntry[], signed: readonly SignedEntry[]): RunOfOwner["privacy"] {
  const all = chargesIn(signedOf(entries));
  if (all.length === 0) return null;
  return {
    delta: usualDelta,
    run: epsilonSpent(chargesIn(signed), usualDelta),
    allRuns: epsilonSpent(all, usualDelta),
    withoutNoise: unnoised(entries),
  };
}

const updateOf = ({
  at,
  round,
  attempt,
  task,
  bytes,
  sha256,
  norm,
  chainSha256,
  recomputed,
}: SignedEntry): UpdateOfRun => ({
  ...{ at, round, attempt, task, bytes, sha256, norm, chainSha256 },
  ...(recomputed && { recomputed }),
});

/** The same for people: a line for each thing that left or was refused. */
export function runText({
  run,
  plans,
  approval,
  sent,
  unsent,
  opened,
  refused,
  privacy,
}: RunOfOwner): string {
  const bytes = sent.reduce((sum, one) => sum + one.bytes, 0);
  return [
    `${run}: ${sent.length} updates left, ${bytes} bytes; ${refused.length} jobs were refused`,
    ...plans.map((plan) => `plan ${plan}`),
    ...(approval === "waits" ? [`waits for you: fedstep owner allow ${run} lets it through`] : []),
    ...(approval === "allowed" ? ["you allowed it"] : []),
    ...(privacy ? [privacyText(privacy)] : []),
    ...sent.map(
      (one) =>
        `round ${one.round} (${one.task}${one.attempt > 1 ? `, attempt ${one.attempt}` : ""}): came with chain ${one.chainSha256.slice(0, 16)}; ` +
        (one.recomputed ? `recomputed from the updates of ${roundsText(one.recomputed)}; ` : "") +
        `left ${one.bytes} bytes, SHA-256 ${one.sha256.slice(0, 16)}${one.norm === null ? "" : `, norm ${one.norm.toPrecision(4)}`}`,
    ),
    ...unsent.map(
      (one) =>
        `round ${one.round} (${one.task}): ${one.bytes} bytes were signed, SHA-256 ${one.sha256.slice(0, 16)}, and are not known to have left`,
    ),
    ...opened.map(
      (one) =>
        `round ${one.round} (as helper ${one.helper}${one.attempt > 1 ? `, attempt ${one.attempt}` : ""}): opened the sums of ` +
        `${one.clients} clients' masks; left ${one.bytes} bytes, SHA-256 ${one.sha256.slice(0, 16)}`,
    ),
    ...refused.map((one) => `round ${one.round} refused: ${one.refusal}, ${visible(one.about)}`),
  ].join("\n");
}

const roundsText = (rounds: readonly number[]) =>
  `${rounds.length === 1 ? "round" : "rounds"} ${rounds.join(", ")}`;

function privacyText({ delta, run, allRuns, withoutNoise }: NonNullable<RunOfOwner["privacy"]>): string {
  const without =
    withoutNoise > 0 ? `; ${withoutNoise} updates left without noise, and no epsilon bounds these` : "";
  return `privacy: epsilon ${shownEpsilon(run, 4)} of this run, ${shownEpsilon(allRuns, 4)} of all runs, at delta ${delta}${without}`;
}

import pLimit from "p-limit";
import { isOwners } from "../shared/client/place.ts";
import { updateKey } from "../shared/client/update-key.ts";
import { updateVectors } from "../shared/client/update-tensors.ts";
import { sha256Hex, weightsSha256 } from "../shared/digest.ts";
import { updateInvalid } from "../shared/errors.ts";
import type { Drift } from "../shared/metrics/drift.ts";
import { allFinite } from "../shared/model/parameters.ts";
import type { Vectors } from "../shared/model/vector-shape.ts";
import type { RoundBeginning } from "../shared/owners/signed-update.ts";
import { silentInAccount, whySilent } from "../shared/owners/silent-causes.ts";
import type { SignedStatement } from "../shared/owners/update-statement.ts";
import { problemsOf } from "../shared/problems-of.ts";
import type { OpenRound } from "../shared/rounds/open-round.ts";
import type { Participant } from "../shared/rounds/participants.ts";
import { hasKept, type Strategy } from "../shared/strategy/strategy.ts";
import { falseClaim } from "../shared/update/claims.ts";
import { updateSize } from "../shared/update/size.ts";
import type { ParticipantTask } from "../shared/workflow/fields.ts";
import type { ClientReport, FederationState } from "../shared/workflow/payloads.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { type UpdateHeader, updateHeader } from "../shared/workflow/round-records.ts";
import { steps } from "../shared/workflow/steps.ts";
import { decodeTensors } from "./decode-tensors.ts";
import { headerText } from "./header-metadata.ts";
import { naming } from "./naming.ts";
import type { Objects } from "./objects.ts";
import { ownersSignature } from "./owners-signature.ts";

/** A round, and the number of the execution that its updates come from. */
export interface RoundAttempt {
  readonly round: number;
  readonly attempt: number;
  /** What owners sign that it begins with; undefined where it could not be told, and nobody can hold them to it. */
  readonly begins?: RoundBeginning | undefined;
}

/** What a round knows of an update once it has taken it in. */
export interface ReceivedUpdate extends UpdateHeader {
  /** Of the whole object, as lower-case hex. */
  readonly sha256: string;
  readonly task: ParticipantTask;
  /** By its owner, where the client is one. */
  readonly signed?: SignedStatement;
  /** null after an evaluation, without a model, and where it could not be told what the round started from. */
  readonly drift: Drift | null;
}

export interface CheckedUpdate extends ReceivedUpdate {
  /** Flat model; empty after an evaluation, and where the procedure sends none. */
  readonly parameters: Float32Array;
  /** What the procedure sends beside it, or in its place. */
  readonly sent: Vectors;
}

export interface SilentClient extends Participant {
  readonly error: string;
  readonly cause: string;
}

export interface RoundUpdates {
  /** In ascending order of client, whatever order they came in. */
  readonly updates: readonly ReceivedUpdate[];
  readonly silent: readonly SilentClient[];
}

/**
 * The updates of the round's clients that exist and pass every check, given to the round as they come; the others with
 * what was wrong. No more than a few are in memory at once, unless the round holds them.
 * @param open null in the final pass, to which nobody sends a model
 */
export async function readUpdates(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  asked: RoundAttempt & Pick<FederationState, "participants">,
  reports: readonly ClientReport[],
  open: OpenRound | null,
): Promise<RoundUpdates> {
  const limit = updateReaders();
  const ordered = [...asked.participants].sort((a, b) => a.client - b.client);
  const read = await Promise.all(
    ordered.map((participant) =>
      limit(() =>
        readUpdate(objects, plan, strategy, asked, participant, open)
          .then((update) => asReported(plan, asked, update, reports))
          .then(
            (update) => receive(update, open),
            (error: unknown) => silence(error, plan, participant, reports),
          ),
      ),
    ),
  );
  return {
    updates: read.filter((one): one is ReceivedUpdate => "sha256" in one),
    silent: read.filter((one): one is SilentClient => "cause" in one),
  };
}

/** A client may not read what it wrote. @throws UpdateInvalid where other bytes stand there than it says */
function asReported(
  plan: Plan,
  { round, attempt }: RoundAttempt,
  update: CheckedUpdate,
  reports: readonly ClientReport[],
): CheckedUpdate {
  const report = reports.find(({ client }) => client === update.client);
  if (!report || !("sha256" in report) || report.sha256 === update.sha256) return update;
  const key = updateKey(plan, update.client, round, attempt);
  throw updateInvalid(`${key}: has digest ${update.sha256}, and its client says ${report.sha256}`);
}

/** Hides S3's latency without holding every update's bytes twice. */
export const updateReaders = () => pLimit(steps.aggregateRound.updateReaders);

/** Gives an update to the round, and lets go of its vectors. */
export function receive(update: CheckedUpdate, open: OpenRound | null): ReceivedUpdate {
  if (update.task === "train") open?.take(update);
  const { parameters: _, sent: __, ...received } = update;
  return received;
}

/**
 * What one participant wrote.
 * @param open null in the final pass, and where it could not be told what the round started from
 * @throws ObjectMissing, ObjectInvalid or UpdateInvalid
 */
export async function readUpdate(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  { round, attempt, begins }: RoundAttempt,
  participant: Participant,
  open: OpenRound | null,
): Promise<CheckedUpdate> {
  const { client, task } = participant;
  const key = updateKey(plan, client, round, attempt);
  const size = updateSize(plan, strategy, task);
  const { bytes } = await objects.get(key, size.bytes);
  const { tensors, metadata } = decodeTensors(key, bytes, size.headerBytes);
  const sha256 = await sha256Hex(bytes);
  const header = await parseHeader(key, metadata);
  const problem = falseClaim(plan, round, participant, header);
  if (problem !== undefined) throw updateInvalid(`${key}: ${problem}`);
  const signed = await ownersSignature(key, plan, { ...participant, round, attempt }, metadata, begins);
  if (task === "evaluate" && tensors.size > 0) {
    throw updateInvalid(
      `${key}: holds ${[...tensors.keys()].join(", ")}, and an evaluation holds no tensors`,
    );
  }
  if (task === "evaluate") {
    return { ...header, ...signed, task, sha256, drift: null, parameters: new Float32Array(0), sent: {} };
  }

  const { sends } = strategy.client;
  const { parameters, sent } = naming(key, () => updateVectors(plan.model, sends, tensors));
  if (sends.model) await assertVector(key, "weights", parameters, header.weightsSha256);
  for (const [name, vector] of Object.entries(sent)) {
    await assertVector(key, name, vector, header.sentSha256[name]);
  }
  if (hasKept(strategy) && header.keptSha256 === undefined) {
    throw updateInvalid(`${key}: names no digest of what the client keeps, which ${strategy.name} needs`);
  }
  const drift = (sends.model && open?.drift(parameters)) || null;
  const update = { ...header, ...signed, task, sha256, drift, parameters, sent };
  const refuted = open?.refute(update, drift);
  if (refuted) throw updateInvalid(`${key}: ${refuted}`);
  return update;
}

/** @throws UpdateInvalid */
async function assertVector(
  key: string,
  name: string,
  vector: Float32Array,
  sha256: string | undefined,
): Promise<void> {
  if (!allFinite(vector)) throw updateInvalid(`${key}: its ${name} hold a value that is not a finite number`);
  const digest = await weightsSha256(vector);
  if (digest === sha256) return;
  throw updateInvalid(`${key}: its ${name} have digest ${digest}, its header says ${sha256}`);
}

/** @throws UpdateInvalid */
async function parseHeader(key: string, metadata: Readonly<Record<string, string>>): Promise<UpdateHeader> {
  const { text, problem } = await headerText(metadata);
  if (problem !== undefined) throw updateInvalid(`${key}: ${problem}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw updateInvalid(`${key}: its header is not JSON`, { cause: error });
  }
  const parsed = updateHeader.safeParse(value);
  if (parsed.success) return parsed.data;
  throw updateInvalid(`${key}: ${problemsOf(parsed.error)}`);
}

/** What the object store or a check says of the update stands for the client, unless the client itself said why. */
function silence(
  error: unknown,
  plan: Plan,
  { client, task }: Participant,
  reports: readonly ClientReport[],
): SilentClient {
  const named = error instanceof Error && clientFaults.has(error.name);
  if (!named) throw error;
  const report = reports.find((one) => one.client === client);
  if (report && "error" in report) {
    const { Error: name, Cause: cause = "" } = report.error;
    const place = plan.clients.find((one) => one.client === client)?.place;
    // an owner says a name alone, and one in an account of its own perhaps one that it has made up
    if (place?.kind === "account") return { client, task, ...silentInAccount(name) };
    const words = place && isOwners(place) && cause === "" ? whySilent(name) : undefined;
    return { client, task, error: name, cause: words ?? cause };
  }
  return { client, task, error: error.name, cause: shortened(error.message) };
}

/** Characters of a cause, of which a client's own header may have said most. */
const longestCause = 1000;

function shortened(cause: string): string {
  if (cause.length <= longestCause) return cause;
  return `${cause.slice(0, longestCause).toWellFormed()} ... (${cause.length} characters)`;
}

/** Faults of the client's update; anything else is a fault of the aggregation and is raised. */
const clientFaults = new Set(["ObjectMissing", "ObjectInvalid", "UpdateInvalid"]);

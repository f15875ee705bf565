import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { layoutOf } from "../shared/model/spec.ts";
import type { VectorShapes, Vectors } from "../shared/model/vector-shape.ts";
import { vectorsAlone, vectorTensors } from "../shared/model/vectors.ts";
import type { StrategyState } from "../shared/rounds/open-round.ts";
import { keptSize, stateSize } from "../shared/strategy/state-size.ts";
import { startState } from "../shared/strategy/strategies.ts";
import { hasState, type Strategy, stateShapes } from "../shared/strategy/strategy.ts";
import type { ObjectSize } from "../shared/tensors/object-size.ts";
import { encodeSafetensors } from "../shared/tensors/safetensors.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { type AcceptedUpdate, acceptedUpdates } from "../shared/workflow/round-records.ts";
import { decodeTensors } from "./decode-tensors.ts";
import { parseJson } from "./json.ts";
import { naming } from "./naming.ts";
import type { Objects } from "./objects.ts";

/**
 * After the given round; 0 is the start.
 * @param sha256 of the object, as the header of the round's model names it
 * @throws ObjectMissing, or ObjectInvalid where it is another one
 */
export async function readState(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  round: number,
  sha256: string | null,
): Promise<StrategyState> {
  if (round === 0 || !hasState(strategy)) {
    return { vectors: startState(strategy, layoutOf(plan.model)), accepted: {} };
  }
  const key = keys.roundState(plan.run, round);
  const model = keys.global(plan.run, round);
  const size = stateSize(plan.model, strategy);
  const { tensors, metadata } = await readExactly(objects, key, size, sha256, `the header of ${model} says`);
  assertOf(key, plan.run, round, metadata);
  const accepted = parseJson(key, new TextEncoder().encode(metadata.accepted ?? ""), acceptedUpdates);
  const vectors = naming(key, () => vectorsAlone(plan.model, tensors, stateShapes(strategy)));
  return { vectors, accepted };
}

/** The bytes of a state's object. */
export function encodeState(
  { run, model }: Pick<Plan, "run" | "model">,
  strategy: Pick<Strategy, "state">,
  round: number,
  { vectors, accepted }: StrategyState,
): Uint8Array {
  return encodeSafetensors(vectorTensors(model, stateShapes(strategy), vectors), {
    run,
    round: String(round),
    accepted: JSON.stringify(accepted),
  });
}

/** @returns the object's digest */
export function writeState(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  strategy: Pick<Strategy, "state">,
  round: number,
  state: StrategyState,
): Promise<string> {
  return write(objects, keys.roundState(plan.run, round), encodeState(plan, strategy, round, state));
}

/**
 * What the client kept from its last accepted round; null before the first.
 * @throws ObjectMissing, or ObjectInvalid where it is not what was accepted
 */
export async function readKept(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  client: number,
  accepted: AcceptedUpdate | undefined,
): Promise<Vectors | null> {
  if (accepted === undefined) return null;
  const { round, attempt = null, keptSha256 = null } = accepted;
  const run = runOfRound(plan, round);
  const key = keys.clientState(run, round, client, attempt);
  const told = "the update that was accepted with it says";
  const { tensors, metadata } = await readExactly(
    objects,
    key,
    keptSize(plan.model, strategy),
    keptSha256,
    told,
  );
  assertOf(key, run, round, metadata);
  return naming(key, () => vectorsAlone(plan.model, tensors, strategy.client.keeps));
}

/** The run that has trained a round: a run that goes on from another one has its first rounds of that one. */
function runOfRound({ run, origins }: Plan, round: number): string {
  return origins.reduce((found, origin) => (round <= origin.round ? origin.run : found), run);
}

/**
 * @param salt of the digest, where nobody may tell by it whether he has guessed the object
 * @returns the object's digest, which goes to the server with the update
 */
export function writeKept(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  keeps: VectorShapes,
  { round, attempt, client }: { readonly round: number; readonly attempt: number; readonly client: number },
  kept: Vectors,
  salt?: string,
): Promise<string> {
  const bytes = encodeSafetensors(vectorTensors(plan.model, keeps, kept), {
    run: plan.run,
    round: String(round),
    client: String(client),
    ...(salt !== undefined && { salt }),
  });
  return write(objects, keys.clientState(plan.run, round, client, attempt), bytes);
}

async function write(objects: Objects, key: string, bytes: Uint8Array): Promise<string> {
  await objects.put(key, bytes, "application/octet-stream", "once");
  return sha256Hex(bytes);
}

/**
 * @param told who knows the digest
 * @throws ObjectMissing, or ObjectInvalid where the object is larger, or its bytes have another digest
 */
async function readExactly(
  objects: Objects,
  key: string,
  { bytes: most, headerBytes }: ObjectSize,
  sha256: string | null,
  told: string,
) {
  const { bytes } = await objects.get(key, most);
  const found = await sha256Hex(bytes);
  if (found !== sha256) throw objectInvalid(`${key}: its bytes have digest ${found}, and ${told} ${sha256}`);
  return decodeTensors(key, bytes, headerBytes);
}

function assertOf(key: string, run: string, round: number, metadata: Readonly<Record<string, string>>): void {
  if (metadata.run === run && metadata.round === String(round)) return;
  throw objectInvalid(`${key}: says that it is round ${metadata.round} of run ${metadata.run}`);
}

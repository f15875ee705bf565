import type * as z from "zod";
import { boxesKey, openedKey, updateKey } from "../shared/client/update-key.ts";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid, updateInvalid } from "../shared/errors.ts";
import { openOpening, type SignedOpening } from "../shared/owners/opening-statement.ts";
import type { RoundBeginning } from "../shared/owners/signed-update.ts";
import type { SignedStatement } from "../shared/owners/update-statement.ts";
import type { Participant } from "../shared/rounds/participants.ts";
import { type BoxesRecord, boxesRecord } from "../shared/secure-aggregation/boxes.ts";
import { boxesBytes } from "../shared/secure-aggregation/boxes-size.ts";
import type { Opening } from "../shared/secure-aggregation/compare-openings.ts";
import { maskedSize, openingSize } from "../shared/secure-aggregation/masked-size.ts";
import {
  type MaskedHeader,
  maskedHeader,
  type OpeningHeader,
  openingHeader,
} from "../shared/secure-aggregation/records.ts";
import type { BoxedUpdate, RoundContext } from "../shared/secure-aggregation/round-context.ts";
import { type HelperNumber, seedsOf } from "../shared/secure-aggregation/seeds.ts";
import { UpdateIntegers } from "../shared/secure-aggregation/update-integers.ts";
import type { Words } from "../shared/secure-aggregation/words.ts";
import { encodeSafetensors, type Tensor } from "../shared/tensors/safetensors.ts";
import { falseTrainingClaim } from "../shared/update/claims.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { decodeTensors } from "./decode-tensors.ts";
import { headerMetadata, headerText } from "./header-metadata.ts";
import { parseJson } from "./json.ts";
import type { Objects } from "./objects.ts";
import { ownersSignature } from "./owners-signature.ts";

/** A round of an execution. */
interface Attempt {
  readonly round: number;
  readonly attempt: number;
  /** What owners sign that it begins with; undefined where it could not be told, and nobody can hold them to it. */
  readonly begins?: RoundBeginning | undefined;
}

/** A client's update as it lies in the bucket: integers behind masks. */
export interface MaskedUpdate extends MaskedHeader {
  /** Of the whole object, and of its header alone. */
  readonly sha256: string;
  readonly headerSha256: string;
  readonly words: Words;
  /** By its owner, where the client is one. */
  readonly signed?: SignedStatement;
}

/** Integers as a tensor of two 32-bit words each, the lower one first. */
const integersTensor = (name: string, words: Words): Tensor => ({
  name,
  shape: [words.length / 2, 2],
  data: new Int32Array(words.buffer, words.byteOffset, words.length),
});

/** SHA-256 of integers as they lie in an object. */
export const wordsSha256 = ({ buffer, byteOffset, byteLength }: Words): Promise<string> =>
  sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));

/** A masked update as bytes. */
export interface EncodedMasked {
  readonly bytes: Uint8Array;
  /** Of the bytes, and of their header alone. */
  readonly sha256: string;
  readonly headerSha256: string;
}

export async function encodeMasked(header: MaskedHeader, words: Words): Promise<EncodedMasked> {
  const metadata = await headerMetadata(header);
  const bytes = encodeSafetensors([integersTensor("masked", words)], metadata);
  return { bytes, sha256: await sha256Hex(bytes), headerSha256: metadata.updateSha256 };
}

/** Written once, by whoever may not read it. */
export function writeMasked(
  objects: Objects,
  plan: Plan,
  { client, round }: Pick<MaskedHeader, "client" | "round">,
  attempt: number,
  { bytes }: EncodedMasked,
): Promise<void> {
  const key = updateKey(plan, client, round, attempt);
  return objects.put(key, bytes, "application/octet-stream", "unread");
}

/**
 * What a client wrote.
 * @throws ObjectMissing, ObjectInvalid or UpdateInvalid
 */
export async function readMasked(
  objects: Objects,
  plan: Plan,
  { round, attempt, begins }: Attempt,
  { client, task }: Participant,
): Promise<MaskedUpdate> {
  const key = updateKey(plan, client, round, attempt);
  const length = new UpdateIntegers(plan).length(task);
  const size = maskedSize(plan, task);
  const { bytes } = await objects.get(key, size.bytes);
  const { tensors, metadata } = decodeTensors(key, bytes, size.headerBytes);
  const header = await headerIn(key, metadata, maskedHeader);
  const asked = { run: plan.run, round, client, task };
  const said = { run: header.run, round: header.round, client: header.client, task: header.task };
  if (JSON.stringify(asked) !== JSON.stringify(said)) {
    throw updateInvalid(`${key}: says that it is ${JSON.stringify(said)}`);
  }
  const problem = falseTrainingClaim(plan, { client, task }, header);
  if (problem !== undefined) throw updateInvalid(`${key}: ${problem}`);
  const words = integersIn(key, tensors, ["masked"], length).get("masked") ?? new Uint32Array(0);
  const told = header.wordsSha256 ?? (plan.helpers && "");
  if (told !== undefined && told !== (await wordsSha256(words))) {
    throw updateInvalid(`${key}: its masked integers are not those that its header says`);
  }
  const signed = await ownersSignature(key, plan, { client, task, round, attempt }, metadata, begins);
  const { updateSha256: headerSha256 = "" } = metadata;
  return { ...header, ...signed, sha256: await sha256Hex(bytes), headerSha256, words };
}

/** What a helper has opened, with who it is over. */
export interface StoredOpening extends Opening {
  readonly header: OpeningHeader;
  readonly sha256: string;
  /** By the owner that has opened it. */
  readonly signed?: SignedOpening;
}

const streamName = (seed: HelperNumber) => `stream.${seed}`;

/** The bytes of what a helper has opened. */
export async function encodeOpening(
  header: OpeningHeader,
  streams: Opening["streams"],
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = [...streams].map(([seed, words]) => integersTensor(streamName(seed), words));
  return encodeSafetensors(tensors, await headerMetadata(header));
}

/** @returns SHA-256 of the object's bytes */
export async function writeOpening(
  objects: Objects,
  plan: Plan,
  header: OpeningHeader,
  streams: Opening["streams"],
): Promise<string> {
  const { round, attempt, helper } = header;
  const bytes = await encodeOpening(header, streams);
  const key = openedKey(plan, helper, round, attempt);
  await objects.put(key, bytes, "application/octet-stream", "unread");
  return sha256Hex(bytes);
}

/**
 * @param training whether anybody trains in the round
 * @throws ObjectMissing, ObjectInvalid
 */
export async function readOpening(
  objects: Objects,
  plan: Plan,
  { round, attempt, begins }: Attempt,
  helper: HelperNumber,
  training: boolean,
): Promise<StoredOpening> {
  const key = openedKey(plan, helper, round, attempt);
  const length = new UpdateIntegers(plan).length(training ? "train" : "evaluate");
  const size = openingSize(plan, training);
  const { bytes } = await objects.get(key, size.bytes);
  const { tensors, metadata } = decodeTensors(key, bytes, size.headerBytes);
  const header = await headerIn(key, metadata, openingHeader);
  if (
    header.run !== plan.run ||
    header.round !== round ||
    header.attempt !== attempt ||
    header.helper !== helper
  ) {
    throw objectInvalid(
      `${key}: says that it is helper ${header.helper}'s of round ${header.round} of run ${header.run}`,
    );
  }
  const seeds = seedsOf(helper);
  const found = integersIn(key, tensors, seeds.map(streamName), length);
  const streams = new Map(seeds.map((seed) => [seed, found.get(streamName(seed)) ?? new Uint32Array(0)]));
  const signed = await helpersSignature(key, plan, { round, attempt, begins }, header, metadata, streams);
  return { helper, streams, header, ...signed, sha256: await sha256Hex(bytes) };
}

/** What an owner has signed of sums that it has opened. @throws ObjectInvalid where it has not, or where they are others */
async function helpersSignature(
  key: string,
  { run, agreement, helpers }: Plan,
  { round, attempt, begins }: Attempt,
  { helper, streamsSha256 }: OpeningHeader,
  metadata: Readonly<Record<string, string>>,
  streams: Opening["streams"],
): Promise<{ signed?: SignedOpening }> {
  const owner = helpers?.find((one) => one.helper === helper);
  if (!owner || !agreement) return {};
  for (const [seed, words] of streams) {
    if (streamsSha256?.[seed] === (await wordsSha256(words))) continue;
    throw objectInvalid(`${key}: its sum of seed ${seed} is not the one that its header says`);
  }
  const { updateSha256: openingSha256 = "" } = metadata;
  const expected = { agreement, run, round, attempt, helper, ...begins, openingSha256 };
  const opened = await openOpening(expected, owner, metadata);
  if ("signed" in opened) return opened;
  throw objectInvalid(`${key}: ${opened.problem}`);
}

/** @throws ObjectInvalid where the header is not what its digest or its schema says */
async function headerIn<T>(
  key: string,
  metadata: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const { text, problem } = await headerText(metadata);
  if (problem !== undefined) throw objectInvalid(`${key}: ${problem}`);
  return parseJson(key, new TextEncoder().encode(text), schema);
}

/** The tensors of these names and no others, each of so many integers. @throws ObjectInvalid */
function integersIn(
  key: string,
  tensors: ReadonlyMap<string, Tensor>,
  names: readonly string[],
  length: number,
): Map<string, Words> {
  const stray = [...tensors.keys()].find((name) => !names.includes(name));
  if (stray !== undefined) throw objectInvalid(`${key}: holds a tensor ${stray}`);
  const found = names.map((name) => {
    const tensor = tensors.get(name);
    if (!(tensor?.data instanceof Int32Array) || tensor.shape.join() !== `${length},2`) {
      throw objectInvalid(`${key}: has no tensor ${name} of ${length} integers`);
    }
    const { buffer, byteOffset } = tensor.data;
    return [name, new Uint32Array(buffer, byteOffset, tensor.data.length)] as const;
  });
  return new Map(found);
}

/** Written once, by whoever may not read it. */
export async function writeBoxes(objects: Objects, plan: Plan, record: BoxesRecord): Promise<void> {
  const { context, client } = record;
  const key = boxesKey(plan, client, context.round, context.attempt);
  await objects.putRecord(key, record, boxesBytes, "unread");
}

/**
 * What a client has sealed for the helpers.
 * @param update what its boxes have to be bound to
 * @throws ObjectMissing, ObjectInvalid where it is of another round, plan, model or update
 */
export async function readBoxes(
  objects: Objects,
  plan: Plan,
  context: RoundContext,
  { client, task, updateSha256 }: BoxedUpdate,
): Promise<BoxesRecord> {
  const key = boxesKey(plan, client, context.round, context.attempt);
  const record = await objects.getRecord(key, boxesRecord, boxesBytes);
  assertBoundTo(key, record, { ...context, client, task, updateSha256 });
  return record;
}

/** @throws ObjectInvalid where boxes are of another round, plan, model or update */
export function assertBoundTo(
  key: string,
  record: BoxesRecord,
  bound: Partial<RoundContext & BoxedUpdate>,
): void {
  const [asked, said] = [
    bound,
    { ...record.context, client: record.client, task: record.task, updateSha256: record.updateSha256 },
  ].map((one) => new Map<string, unknown>(Object.entries(one)));
  const other = [...(asked ?? [])].find(([name, value]) => said?.get(name) !== value);
  if (!other) return;
  throw objectInvalid(
    `${key}: its boxes are sealed for ${other[0]} ${said?.get(other[0])}, and the round's is ${other[1]}`,
  );
}

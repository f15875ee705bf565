import { HeadObjectCommand, NotFound, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import * as z from "zod";
import { maxPayloadBytes } from "../../cloud/quotas.ts";
import { placeSchema } from "../../shared/client/place.ts";
import type { PlacedClients, PlacedHelpers } from "../../shared/client/update-key.ts";
import { isNamed } from "../../shared/errors.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { plannedHelpers } from "../../shared/owners/planned-helpers.ts";
import type { CountedRound } from "../../shared/owners/recomputed-round.ts";
import { type WaitingSlot, waitingSlot } from "../../shared/owners/waiting-job.ts";
import { isRecomputable, secureAggregation } from "../../shared/secure-aggregation/settings.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { parseJson } from "../../storage/json.ts";
import { Objects } from "../../storage/objects.ts";
import type { OpenRequest } from "./open-request.ts";

/** The most bytes of a slot: its token has 2048 at the most, and a helper's has what all clients of a round have reported. */
const mostSlotBytes = maxPayloadBytes;

/** What of a plan says whether owners may be given what its models are made of, and where that is. */
const agreedPlan = z.object({
  run: z.string(),
  config: z.object({ federation: z.object({ secureAggregation }) }),
  clients: z.array(z.object({ client: z.number(), place: placeSchema.optional() })),
  helpers: plannedHelpers.optional(),
});

/** What of a round's metrics names that. */
const countedRound = roundMetrics.pick({ round: true, attempt: true, updates: true, masks: true });

export interface RecomputableRound {
  readonly plan: PlacedClients & PlacedHelpers;
  readonly counted: CountedRound;
}

/** What an owner has sent, as the bucket has it. */
export interface StoredUpdate {
  readonly bytes: number;
  /** SHA-256 as base64, where it was sent with one. */
  readonly checksum: string | undefined;
}

/** What the door itself reads of the bucket. */
export class Slots {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #objects: Objects;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#objects = new Objects(client, bucket);
  }

  /**
   * The job that waits for whoever has signed, or undefined: one GET, whose key follows from the signer's key.
   * @throws ObjectInvalid where it is no job
   */
  async waitingFor({ key, request: { federation } }: OpenRequest): Promise<WaitingSlot | undefined> {
    const slot = federationKeys.waitingJob(federation, fingerprintOf(key));
    try {
      const { bytes } = await this.#objects.get(slot, mostSlotBytes);
      return parseJson(slot, bytes, waitingSlot);
    } catch (error) {
      // who may list nothing is told of a key that is missing that it may not get it
      const denied = error instanceof S3ServiceException && error.name === "AccessDenied";
      if (denied || isNamed(error, "ObjectMissing")) return undefined;
      throw error;
    }
  }

  /**
   * What a round was made of behind masks; undefined where the run's owners have not agreed that each may have it.
   * @throws ObjectMissing, ObjectInvalid where there is no such plan or round
   */
  async recomputableRound(run: string, round: number): Promise<RecomputableRound | undefined> {
    const plan = await this.#objects.getRecord(keys.plan(run), agreedPlan);
    if (!isRecomputable(plan.config)) return undefined;
    const { masks, ...counted } = await this.#objects.getRecord(keys.roundMetrics(run, round), countedRound);
    // an update without masks is nobody's to read
    return masks && { plan, counted: { ...counted, masks } };
  }

  /** The update below that key, or undefined: one HEAD. */
  async updateAt(key: string): Promise<StoredUpdate | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: "ENABLED" });
    try {
      const { ContentLength: bytes = 0, ChecksumSHA256: checksum } = await this.#client.send(command);
      return { bytes, checksum };
    } catch (error) {
      // likewise, and the answer to a HEAD has no body to name it
      const denied = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
      if (denied || error instanceof NotFound) return undefined;
      throw error;
    }
  }
}

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { type RandomStream, randomStream } from "../random.ts";
import { type SecretStream, secretStream } from "../secret-random.ts";

/** A client's two sources of random numbers in a round, a stream for each label. */
export interface ClientRandom {
  /** From the run's seed: whoever knows the plan draws the same, as for what has to be checked by others. */
  public(label: string): RandomStream;
  /** From the client's own key: nobody else can draw it, as for noise, masks and who is sampled. */
  secret(label: string): SecretStream;
}

/** What a client's secret draws depend on. With any other model, run or shard they have nothing to do with these. */
export interface SecretContext {
  readonly run: string;
  readonly round: number;
  /** Number of the execution: what it asks for again is drawn anew. */
  readonly attempt: number;
  readonly client: number;
  /** The chain before the round: of the plan, and of all models up to the one that the round starts from. */
  readonly chainSha256: string;
  /** Of the client's examples. */
  readonly shardSha256: string;
}

/** @param key 32 bytes, the client's */
export function clientRandom(seed: number, key: Uint8Array, context: SecretContext): ClientRandom {
  const { run, round, attempt, client, chainSha256, shardSha256 } = context;
  const said = JSON.stringify([run, round, attempt, client, chainSha256, shardSha256]);
  return {
    public: (label) => randomStream(seed, "client", round, client, label),
    secret: (label) => secretStream(key, said, label),
  };
}

/**
 * A secret in an update's header, 64 hex digits, that a repetition gives again.
 * @param key the client's
 */
export function updateSalt(
  key: Uint8Array,
  { run, round, attempt, client }: Pick<SecretContext, "run" | "round" | "attempt" | "client">,
): string {
  const said = JSON.stringify(["update's salt", run, round, attempt, client]);
  return bytesToHex(hmac(sha256, key, utf8ToBytes(said)));
}

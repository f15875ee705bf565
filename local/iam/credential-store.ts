import { randomBytes, randomInt } from "node:crypto";
import { coordinatorAccount } from "../assembly/names.ts";
import { administrator, type Identity } from "./identity.ts";
import type { Credentials } from "./signature/signature.ts";

/** Of the administrator of the coordinator's account: documents and scripts use them. */
export const localCredentials = {
  accessKeyId: "local",
  secretAccessKey: "local",
} as const satisfies Credentials;

/** Of another account's administrator, by the convention of other emulators. */
export const administratorCredentials = (account: string): Credentials => ({
  accessKeyId: account,
  secretAccessKey: "local",
});

/** A session's: they end. */
export interface SessionCredentials extends Credentials {
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Credentials, and who they show. */
export interface CredentialRecord {
  readonly credentials: Credentials;
  readonly identity: Identity;
  /** Milliseconds since 1970; infinite for an administrator's. */
  readonly expiresAt: number;
}

/** For so long it is said of ended credentials that they have ended; later nobody knows them. */
const rememberedMs = 60 * 60 * 1000;

/** How long a session that a service opens holds, as Lambda's and Step Functions' do. */
export const sessionSeconds = 60 * 60;
const renewalMs = 10 * 60 * 1000;

/** Letters of an access key id. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** All credentials that the local endpoints take. They are kept in memory alone and end with the process. */
export class CredentialStore {
  readonly #records = new Map<string, CredentialRecord>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.add(localCredentials, administrator(coordinatorAccount));
  }

  /** Credentials that do not end. */
  add(credentials: Credentials, identity: Identity): void {
    const expiresAt = Number.POSITIVE_INFINITY;
    this.#records.set(credentials.accessKeyId, { credentials, identity, expiresAt });
  }

  /** Credentials of a session. */
  issue(identity: Identity, seconds: number): SessionCredentials {
    this.#forget();
    const credentials = {
      accessKeyId: `ASIA${Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join("")}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(192).toString("base64"),
      expiresAt: this.#now() + seconds * 1000,
    };
    const { expiresAt } = credentials;
    this.#records.set(credentials.accessKeyId, { credentials, identity, expiresAt });
    return credentials;
  }

  /** Credentials of a session that does not end: new ones, before those before them do. */
  renewed(identity: Identity): () => Credentials {
    let current: SessionCredentials | undefined;
    return () => {
      if (current === undefined || current.expiresAt - this.#now() < renewalMs) {
        current = this.issue(identity, sessionSeconds);
      }
      return current;
    };
  }

  find(accessKeyId: string): CredentialRecord | undefined {
    return this.#records.get(accessKeyId);
  }

  #forget(): void {
    const since = this.#now() - rememberedMs;
    for (const [id, { expiresAt }] of this.#records) if (expiresAt < since) this.#records.delete(id);
  }
}

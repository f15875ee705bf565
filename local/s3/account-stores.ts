import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { configInvalid } from "../../shared/errors.ts";
import { systemCode } from "../../system/system-error.ts";
import { coordinatorAccount } from "../assembly/names.ts";
import { homesMode, writeWhereNone } from "../new-file.ts";
import { bucketExists } from "./bucket-exists.ts";
import { isBucketName } from "./bucket-name.ts";
import { FileStore } from "./object-store.ts";
import { type LocalStorage, openLocalStorage, readStorage, unreadable } from "./storage.ts";

/** What one account has stored. */
export interface AccountStore {
  readonly storage: LocalStorage;
  readonly objects: FileStore;
}

export interface AccountStoresOptions {
  /** Of the coordinator's objects. */
  readonly directory: string;
  /** Of those of the other accounts, each in a folder of its own, ACCOUNT/s3; and of whose each bucket is. */
  readonly accounts: string;
  readonly readOnly: boolean;
  /** Buckets of the coordinator's, which are told as there where nothing may be made. */
  readonly presumed: readonly string[];
}

/**
 * Objects of several accounts: each has a directory of its own, with drafts, metadata and parts of uploads, so that
 * nothing of one lies among another's. Buckets of all have one namespace.
 */
export class AccountStores {
  readonly #options: AccountStoresOptions;
  readonly #opened = new Map<string, AccountStore>();

  /** @throws HomeUnwritable, HomeUnreadable; ConfigInvalid for a home in which accounts are not apart yet */
  constructor(options: AccountStoresOptions) {
    this.#options = options;
    this.of(coordinatorAccount);
    try {
      refuseMixed(options.directory);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What an account has stored; opened when somebody first asks for it. */
  of(account: string): AccountStore {
    const known = this.#opened.get(account);
    if (known !== undefined) return known;
    const { directory, accounts, readOnly, presumed } = this.#options;
    const own = account === coordinatorAccount;
    const path = own ? directory : join(accounts, account, "s3");
    const storage = readOnly ? readStorage(path, own ? presumed : []) : openLocalStorage(path);
    const opened = { storage, objects: new FileStore(storage) };
    this.#opened.set(account, opened);
    return opened;
  }

  /**
   * Whose a bucket is, which its ARN does not say. Of whom nothing was noted, a folder that a person made too, it is the
   * coordinator's.
   */
  accountOf(bucket: string): string {
    const path = this.#note(bucket);
    if (!isBucketName(bucket) || !statSync(path, { throwIfNoEntry: false })) return coordinatorAccount;
    return readFileSync(path, "utf8");
  }

  ofBucket(bucket: string): AccountStore {
    return this.of(this.accountOf(bucket));
  }

  /**
   * Notes whose a bucket is from now on.
   * @returns false where it is somebody else's
   */
  claim(bucket: string, account: string): boolean {
    if (account === coordinatorAccount) return this.accountOf(bucket) === account;
    if (!writeWhereNone(this.#note(bucket), account, homesMode)) return this.accountOf(bucket) === account;
    if (!bucketExists(this.of(coordinatorAccount).storage, bucket)) return true;
    rmSync(this.#note(bucket));
    return false;
  }

  close(): void {
    for (const { storage } of this.#opened.values()) storage.lock.close();
  }

  #note(bucket: string): string {
    return join(this.#options.accounts, "buckets", bucket);
  }
}

/** For a while all accounts' buckets lay in one directory, with a note whose each was. */
function refuseMixed(directory: string): void {
  const [bucket] = namesIn(join(directory, ".s3", "owners"));
  if (bucket === undefined) return;
  throw configInvalid(
    `${directory} holds the bucket ${bucket} of another account, as an earlier version kept it among the coordinator's: take another home by --home or FEDSTEP_HOME`,
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

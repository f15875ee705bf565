import type { OwnersAccount } from "../../shared/owners/account.ts";
import type { KeyFile, Mac } from "../key-file.ts";

/** An account that holds an owner's home, and where of AWS that is. */
export interface AccountPlace extends OwnersAccount {
  readonly partition: string;
  readonly region: string;
}

/** How long somebody waits for whoever changes a home now. */
export interface Patience {
  readonly patienceMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Where an owner's home lies: in a folder, or in a bucket of an account of its own. Files have names with "/" between folders;
 * each is there as a whole and lasts once it is written, or is as it was.
 */
export interface HomeStorage {
  /** As messages name it. */
  readonly place: string;
  /** undefined of a folder. */
  readonly account: AccountPlace | undefined;
  /** How messages name a file. */
  named(name: string): string;
  /** undefined where there is none. @throws OwnerHomeInvalid where it cannot be read */
  read(name: string): Promise<Uint8Array | undefined>;
  exists(name: string): Promise<boolean>;
  write(name: string, content: Uint8Array | string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names of what lies in a folder, in no order; none where there is no folder. */
  list(folder: string): Promise<string[]>;
  /** @throws OwnerHomeInvalid where a file is missing that every home has, or others may look into it */
  assertWhole(): Promise<void>;
  readonly keys: KeyStorage;
  readonly log: LogStorage;
  /**
   * Does what changes the home while nobody else does. The work begins by reading what it goes by, and may be done again where
   * somebody else has changed the home meanwhile: whatever it does before it adds to the log, it does to the same end again.
   * @throws OwnerHomeInUse where others change it for longer than the patience; the signal's reason
   */
  change<T>(work: () => Promise<T>, patience?: Patience): Promise<T>;
  /** Does what sends something: whoever withdraws waits for its end. @throws the signal's reason */
  sending<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Returns once nothing leaves any more that began before. @throws OwnerHomeInUse where that does not end */
  untilNothingLeaves(): Promise<void>;
}

/** Where the private keys lie. */
export interface KeyStorage {
  /** As messages name it. */
  readonly place: string;
  /** What makes codes where the key for that is no part of the file. */
  readonly mac: Mac | undefined;
  read(): Promise<KeyFile | undefined>;
  /** Keeps the first keys, unless somebody else has by then. @returns those that are kept */
  keep(first: KeyFile): Promise<KeyFile>;
  /** @throws OwnerInvalid where keys are not replaced */
  replace(file: KeyFile): Promise<void>;
}

/** Where the log's lines lie, of which none is ever changed. */
export interface LogStorage {
  /** As messages name it. */
  readonly place: string;
  /** Milliseconds between two looks at whether it has changed, while something leaves. */
  readonly lookMs: number;
  /** undefined where there is none. */
  read(): Promise<string | undefined>;
  /**
   * Adds a line to what was read last, and returns when it lasts. Where it throws, nothing is added, or half a line.
   * @param cutTo bytes of whole lines, where something stands behind them that is none
   * @throws HomeChanged where somebody else has added one since
   */
  append(line: Uint8Array, cutTo: number | undefined): Promise<void>;
  /** What is another text whenever something was added. */
  stamp(): Promise<string>;
}

/** Somebody else has changed the home since it was read: the change is begun anew. */
export class HomeChanged extends Error {
  constructor(place: string) {
    super(`${place}: somebody else has changed it`);
  }
}

import { FedstepError } from "../../shared/errors.ts";
import { type Difference, differences, spokenDifferences } from "./differences.ts";

/** An object that is not what the rest of the run says it must be. */
export interface Finding {
  readonly key: string;
  readonly problem: string;
}

/** What nothing else tells, so that a change of it would go unseen. */
export interface Unchecked {
  /** A pattern of keys, in which "*" stands for whatever varies. */
  readonly objects: string;
  /** Paths of fields, in which "*" stands for one name; all of the object where left out. */
  readonly fields?: readonly string[];
  readonly why: string;
}

/** What a verification has found, and how far it could look. */
export class Audit {
  readonly findings: Finding[] = [];
  /** One line each: what was reckoned again and compared. */
  readonly recomputed: string[] = [];
  /** What is the object that another one names, by a digest alone. */
  readonly byDigest: string[] = [];
  readonly unchecked: Unchecked[] = [];

  found(key: string, problem: string): void {
    this.findings.push({ key, problem });
  }

  /** @returns whether the record is what it must be */
  compare(key: string, found: unknown, expected: object, leaveOut?: (one: Difference) => boolean): boolean {
    // as whoever reads it sees it, without what JSON leaves out
    const all = differences(found, JSON.parse(JSON.stringify(expected)));
    const told = leaveOut ? all.filter((one) => !leaveOut(one)) : all;
    if (told.length > 0) this.found(key, spokenDifferences(told));
    return told.length === 0;
  }

  /** What reading an object comes to; a fault of the object is a finding, anything else is raised. */
  async read<T>(key: string, reading: () => Promise<T>): Promise<T | undefined> {
    try {
      return await reading();
    } catch (error) {
      if (!(error instanceof FedstepError)) throw error;
      this.found(key, withoutKey(key, error.message));
      return undefined;
    }
  }
}

/** Findings begin with their key; so do the messages of most errors. */
function withoutKey(key: string, message: string): string {
  return message.startsWith(`${key}: `) ? message.slice(key.length + 2) : message;
}

import { ownerInvalid } from "../../shared/errors.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";

/** Where an owner asks for jobs, and where it reads and writes what belongs to one. */
export interface DoorAddress {
  readonly url: string;
  /** As requests name the door that they are for. */
  readonly host: string;
  /** Origin of all that is read and written: whatever a door says, nothing goes elsewhere. */
  readonly storage: string;
  /** On this machine: by no proxy, and no certificate has to say whose it is. */
  readonly local: boolean;
}

const thisMachine = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The door that was agreed upon; of an agreement without one, a door on this machine.
 * @param given by --door
 * @throws OwnerInvalid
 */
export function doorOf({ door, federation }: Agreement, given: string | undefined): DoorAddress {
  if (door && given !== undefined && given !== door.url) {
    throw ownerInvalid(
      `--door: ${federation} has agreed upon ${door.url}, and no other one is asked; leave --door out`,
    );
  }
  if (door) return { url: door.url, host: new URL(door.url).host, storage: door.storage, local: false };
  if (given === undefined) {
    throw ownerInvalid(
      `--door: the agreement of ${federation} names no door; name the one that fedstep run prints on this machine, or ask the ` +
        "coordinator for a version with a door",
    );
  }
  const url = parsed(given);
  if (!url || !["http:", "https:"].includes(url.protocol) || !thisMachine.includes(url.hostname)) {
    throw ownerInvalid(
      `--door: takes an address of this machine, such as http://127.0.0.1:4566/..., and ${JSON.stringify(given)} is none: a door ` +
        "elsewhere comes by agreement",
    );
  }
  return { url: url.href, host: url.host, storage: url.origin, local: true };
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

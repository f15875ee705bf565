import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Writer } from "../../shared/workflow/writer.ts";
import type { Objects } from "../../storage/objects.ts";
import type { Audit } from "./audit.ts";
import type { Copies } from "./copies.ts";
import type { Absence } from "./expiry.ts";
import type { Inventory } from "./inventory.ts";

/** What the checks of one run have in common. */
export interface Scene {
  readonly objects: Objects;
  readonly audit: Audit;
  readonly inventory: Inventory;
  /** Who wrote the plan, and with it all that came after; undefined before it is read. */
  readonly writer?: Writer;
  /** Of the plan; likewise. */
  readonly seal?: string;
  /** As config.json says, which all the rest is held against. */
  readonly record: RunRecord;
  /** Whether the run has come to its end, so that nothing more is to be written. */
  readonly ended: boolean;
  /** Of the run's objects, which people have brought home. */
  readonly copies: Copies;
  /** Whether what a client wrote in a round may be missing. */
  readonly absence: (round: number) => Absence;
}

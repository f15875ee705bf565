import type { Agreement } from "../../shared/owners/agreement.ts";
import type { Doing } from "../do-job.ts";
import type { HomeStorage } from "../storage/home-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { DoorClient } from "./door-client.ts";
import type { Pace } from "./pace.ts";
import type { Transport } from "./transport.ts";

/** What an owner takes part with, for as long as its process runs. */
export interface TakingPart extends Pick<Doing, "readData" | "bundle"> {
  /** The owner's home. */
  readonly storage: HomeStorage;
  readonly agreed: Agreement;
  readonly address: DoorAddress;
  readonly client: DoorClient;
  readonly transport: Transport;
  /** Whether a person allows each run, whatever the policy says. */
  readonly ask: boolean;
  /** When it ends by itself: after a job, after the last one of a run, never. */
  readonly until: "one job" | "final pass" | "stopped";
  /** A line for each thing that happens. */
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  readonly pace?: Pace;
}

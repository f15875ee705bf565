import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { Deployment } from "../../cloud/deployment.ts";
import type { Objects } from "../../storage/objects.ts";

/** The bucket of a federation, wherever it is. */
export interface Storage {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly objects: Objects;
  /** What another command about its runs has to be given, such as "--target aws"; nothing where they are as usual. */
  readonly options: string;
  close(): Promise<void>;
}

/** What runs have left, and what a person is told of where that is. */
export type Runs = Pick<Storage, "objects" | "options">;

/** A deployed federation: the same clients drive the local endpoints and AWS. */
export interface Target extends Storage {
  readonly states: SFNClient;
  readonly stateMachineArn: string;
  /** What it offers a run. */
  readonly deployment: Deployment;
  /** Where owners ask for their jobs; undefined where no door is deployed. */
  readonly door?: string | undefined;
  /** Milliseconds between two looks at a run: few at its beginning, more later. */
  readonly looks: { readonly leastMs: number; readonly mostMs: number };
  /** Whether what runs here cannot outlive the command that started it. */
  readonly endsWithCommand: boolean;
  /** Aborted where it can no longer work, with the reason. */
  readonly broken?: AbortSignal;
  /** Why something failed there: what broke the place itself, or the error as it is. */
  explained?(error: unknown): unknown;
  /** What the person should know about where it runs, one line each. */
  readonly notes: readonly string[];
}

/** Where local runs keep their objects. */
export const usualHome = ".fedstep";

export const targetNames = ["local", "aws"] as const;
export type TargetName = (typeof targetNames)[number];

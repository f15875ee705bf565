import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { Deployment } from "../../shared/workflow/deployment.ts";
import type { Objects } from "../../storage/objects.ts";

/** The bucket of a federation, wherever it is. */
export interface Storage {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly objects: Objects;
  close(): Promise<void>;
}

/** A deployed federation: the same clients drive the local endpoints and AWS. */
export interface Target extends Storage {
  readonly states: SFNClient;
  readonly stateMachineArn: string;
  /** What it offers a run. */
  readonly deployment: Deployment;
  /** Milliseconds between two looks at a run. */
  readonly pollMs: number;
  /** Whether what runs here cannot outlive the command that started it. */
  readonly endsWithCommand: boolean;
  /** What another command about its runs has to be given, such as "--target aws". */
  readonly options: string;
  /** What the person should know about where it runs, one line each. */
  readonly notes: readonly string[];
}

export const targetNames = ["local", "aws"] as const;
export type TargetName = (typeof targetNames)[number];

/**
 * The JSON objects of a run lie in S3 by schemas: what it is asked (here), its plan, its rounds and epochs, its result. Every
 * reader parses them by these.
 */
import * as z from "zod";
import { configSchema } from "../config/schema.ts";
import { agreementName } from "../owners/agreement-name.ts";
import { tableSchema } from "../schema/table-schema.ts";
import { besideRun } from "./beside-run.ts";
import { sha256 } from "./fields.ts";

/** The data set as the run knows it. */
export const datasetRecord = z.object({
  name: z.string(),
  /** Where it was taken from: a directory, the cache, a download, the embedded sample; the bucket, by whoever has put it there. */
  source: z.string(),
  /** Options of the command line that read it, with the names of its files, where it was not MNIST's usual place. */
  readWith: z.array(z.string()).optional(),
  /** SHA-256 of its object, which its key also names. */
  digest: sha256,
  examples: z.int().positive(),
  features: z.int().positive(),
  /** 1 where targets are numbers. */
  classes: z.int().positive(),
  /** Present where targets are numbers, and no classes. */
  target: z.literal("float32").optional(),
  /** Rows and columns where the examples are images. */
  imageShape: z.tuple([z.int().positive(), z.int().positive()]).optional(),
  /** What the values are: bytes, which stand for 0 to 1, or floats, which stand for themselves. */
  element: z.enum(["uint8", "float32"]).optional(),
  /** What the classes and the features are called, in their order, where they have names. */
  classNames: z.array(z.string()).optional(),
  featureNames: z.array(z.string()).optional(),
  /** By which its tables were read, and others are that its models are asked about. */
  schema: tableSchema.optional(),
  /** Names of the data owners, where each brought a file: owner c is client c. */
  owners: z.array(z.string()).optional(),
});

/** The first rounds of another run that a run takes for its own, up to the given one. */
export const takenFrom = z.object({ run: z.string(), round: z.int().positive() });

/** The execution that a run began with, where no command line laid the run out: PrepareRun did. */
export const startedBy = z.object({
  /** Its ARN; the name in it is the run's, or longer than a run's may be. */
  execution: z.string(),
  /** The data set that it asked for: mnist, sample, or a digest. */
  dataset: z.string(),
  /** What came otherwise than it asked for. */
  notes: z.array(z.string()),
});

/** What a run with owners goes by: the agreement, and who has accepted it when the run began. */
export const ownersOfRun = z.object({
  agreement: agreementName,
  /** In the order of the members: owner c of these is client c. */
  accepted: z.array(z.object({ fingerprint: sha256, sha256 })).min(2),
});

/** runs/RUN/config.json: written by the command line before anything starts, or by PrepareRun; once. */
export const runRecord = z.object({
  run: z.string(),
  /** When its first execution started, or the command line started that. */
  createdAt: z.string(),
  startedBy: startedBy.optional(),
  config: configSchema,
  dataset: datasetRecord,
  /** Absent where all of its clients are simulated. */
  owners: ownersOfRun.optional(),
  /** Absent where it starts anew. */
  from: takenFrom.optional(),
  /** The same run without its promise of privacy, or with a weaker one; absent where none was named. */
  beside: besideRun.optional(),
  /** Present where what its clients sent and keep is removed once it has ended, as a study's runs have it. */
  dropsUpdates: z.literal(true).optional(),
});

export type DatasetRecord = z.output<typeof datasetRecord>;
export type RunRecord = z.output<typeof runRecord>;

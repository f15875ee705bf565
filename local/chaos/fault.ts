import { z } from "zod";

/** How a process ends under its work. */
export const endings = ["killed", "timed-out", "out-of-memory"] as const;
export type ProcessEnd = (typeof endings)[number];

/** What becomes of an update between the client that sent it and whoever reads it. */
export const damages = [
  "truncated",
  "flipped-bit",
  "rotten-bit",
  "wrong-shape",
  "not-finite",
  "other-round",
  "absent",
] as const;
export type Damage = (typeof damages)[number];

const count = z.int().positive();

/** What may go wrong with one delivery of an event. */
const ending = z.strictObject({
  fault: z.enum(endings),
  /** The process ends once so many of its objects are stored, at the latest at its answer; null: before it begins. */
  afterWrite: count.nullable().default(null),
});
/** Invoke answers 429, and nothing runs. */
const throttled = z.strictObject({ fault: z.literal("throttled") });
/** Two environments get the event; the first answer counts. */
const twice = z.strictObject({ fault: z.literal("delivered-twice") });
/** S3 answers the first so many tries for every object, reading or writing, by 500 InternalError or 503 SlowDown. */
const storage = z.strictObject({
  fault: z.enum(["s3-error", "s3-slow-down"]),
  method: z.enum(["GET", "PUT"]),
  tries: count,
});
/**
 * The update is damaged on its way. `at` says where, as a share of its length. A flipped bit is one that S3 has a
 * checksum of, a rotten one turned over after S3 made its checksum.
 */
const update = z.strictObject({
  fault: z.literal("update"),
  damage: z.enum(damages),
  at: z.number().min(0).lt(1).default(0.5),
});

export const faultSchema = z.discriminatedUnion("fault", [ending, throttled, twice, storage, update]);
export type Fault = z.output<typeof faultSchema>;

/**
 * A list of faults, as a file has it; of several that befall one event the first counts.
 * @param functions names of the steps, one of which a fault may name
 */
export function listSchema(functions: readonly string[]) {
  // which events it befalls; what is left out holds for all
  const where = {
    function: z.enum(functions).optional(),
    run: z.string().optional(),
    round: z.int().nonnegative().optional(),
    client: z.int().nonnegative().optional(),
    delivery: count.optional(),
  };
  return z.array(
    z.discriminatedUnion("fault", [
      ending.extend(where),
      throttled.extend(where),
      twice.extend(where),
      storage.extend(where),
      update.extend(where),
    ]),
  );
}
export type ListedFault = z.output<ReturnType<typeof listSchema>>[number];

/** killed before its work; update truncated */
export function describeFault(fault: Fault): string {
  switch (fault.fault) {
    case "throttled":
      return "throttled";
    case "delivered-twice":
      return "delivered twice";
    case "s3-error":
    case "s3-slow-down": {
      const what = fault.fault === "s3-error" ? "500 InternalError" : "503 SlowDown";
      return `S3 answers ${fault.method} by ${what}, ${fault.tries} times for each object`;
    }
    case "update":
      return `update ${fault.damage}`;
    default:
      return `${fault.fault} ${fault.afterWrite === null ? "before its work" : `after write ${fault.afterWrite}`}`;
  }
}

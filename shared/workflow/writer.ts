import * as z from "zod";
import { arithmeticDiffers, recordsUnknown } from "../errors.ts";
import { arithmetic, recordFormat, version } from "../version.ts";

/** What wrote a record: every record of a run names it. What a later version says beside this is kept. */
export const writerSchema = z.looseObject({
  version: z.string(),
  /** As recordFormat in shared/version. */
  format: z.int().positive(),
  /** As arithmetic there. */
  arithmetic: z.int().positive(),
});

export type Writer = Readonly<z.output<typeof writerSchema>>;

export const thisWriter: Writer = { version, format: recordFormat, arithmetic };

/** 0.1.0 named itself in none of its records. */
export const unnamedWriter: Writer = { version: "0.1.0", format: 0, arithmetic: 0 };

/** fedstep 0.2.0 (format 1, arithmetic 1) */
export function writerName({ version, format, arithmetic }: Writer): string {
  return `fedstep ${version} (format ${format}, arithmetic ${arithmetic})`;
}

/** What to take of fedstep for a writer's records: a version that is not yet released may have written several formats. */
export function buildOf(writer: Writer): string {
  const name = `fedstep ${writer.version}`;
  if (writer.version !== thisWriter.version) return name;
  return `the sources of ${name} whose shared/version.ts says format ${writer.format} and arithmetic ${writer.arithmetic}`;
}

/**
 * Whether this version goes on with a run, or computes it again, with the bits that it began with.
 * @throws ArithmeticDiffers
 */
export function assertSameArithmetic(run: string, writer: Writer): void {
  if (writer.arithmetic === arithmetic) return;
  throw arithmeticDiffers(
    `${writerName(writer)} began run ${run}, and ${writerName(thisWriter)} would come to other bits; take ` +
      `${buildOf(writer)} for it, or start it again under another name`,
  );
}

/**
 * Whether this version would write a run's records with the same fields, by which they can be made again and compared.
 * @throws RecordsUnknown
 */
export function assertSameFormat(run: string, writer: Writer): void {
  if (writer.format === recordFormat) return;
  throw recordsUnknown(
    `${writerName(writer)} wrote run ${run}, and ${writerName(thisWriter)} writes other fields: it can read that run, and ` +
      `not make its records again to compare them; take ${buildOf(writer)} for it`,
  );
}

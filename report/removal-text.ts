import { wholeNumber } from "./numbers.ts";

interface Part {
  readonly what: string;
  readonly prefix: string;
  readonly objects: number;
  readonly bytes: number;
}

/** What a removal is about, as fedstep remove says it before anything is deleted. */
export interface RemovalStory {
  readonly run: string;
  readonly parts: readonly Part[];
  readonly forks: readonly string[];
  readonly sharing: readonly string[];
}

export function removalText({ run, parts, forks, sharing }: RemovalStory, withData: boolean): string {
  const lines = parts.map(
    ({ what, prefix, objects, bytes }) =>
      `  ${prefix}  ${wholeNumber(objects)} object${objects === 1 ? "" : "s"}, ${size(bytes)}: ${what}`,
  );
  return [
    `run ${run} has left:`,
    ...lines,
    ...(withData && sharing.length > 0
      ? [`its data set and shards stay, since other runs are on that data set: ${sharing.join(", ")}`]
      : []),
    ...(withData
      ? []
      : ["its data set and shards stay; --with-data deletes them where no other run uses them"]),
    ...(forks.length > 0
      ? [
          `${forks.join(", ")} took rounds of it: they keep result and models, and can neither be resumed where their ` +
            "strategy needs what clients keep, nor have those rounds verified",
        ]
      : []),
  ].join("\n");
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${wholeNumber(Math.round(bytes / 1e6))} MB`;
}

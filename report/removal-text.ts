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
  /** Whether its clients are owners who keep their data: then there is none of it here. */
  readonly owners: boolean;
}

export function removalText({ run, parts, forks, sharing, owners }: RemovalStory, withData: boolean): string {
  const lines = parts.map(
    ({ what, prefix, objects, bytes }) =>
      `  ${prefix}  ${wholeNumber(objects)} object${objects === 1 ? "" : "s"}, ${size(bytes)}: ${what}`,
  );
  return [
    `run ${run} has left:`,
    ...lines,
    ...(owners
      ? ["its owners keep their data and logs, and the models that they were given; the federation stays"]
      : ofData(sharing, withData)),
    ...(forks.length > 0
      ? [
          `${forks.join(", ")} took rounds of it: they keep result and models, and can neither be resumed where their ` +
            "strategy needs what clients keep, nor have those rounds verified",
        ]
      : []),
  ].join("\n");
}

/** What stays of the data set, which other runs may be on. */
function ofData(sharing: readonly string[], withData: boolean): string[] {
  if (!withData)
    return ["its data set and shards stay; --with-data deletes them where no other run uses them"];
  if (sharing.length === 0) return [];
  return [`its data set and shards stay, since other runs are on that data set: ${sharing.join(", ")}`];
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${wholeNumber(Math.round(bytes / 1e6))} MB`;
}

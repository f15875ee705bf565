import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

/** A place in a file of JavaScript, as stacks have it. */
const place = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;

/**
 * Has stacks name the sources' lines, where they stood. Node would do it by itself, and read the maps of all that it loads at
 * each start for it; here nobody reads one before something has gone wrong.
 */
export function nameSourcesInStacks(): void {
  Error.prepareStackTrace = (error, frames) =>
    [String(error), ...frames.map((frame) => `    at ${inSources(String(frame))}`)].join("\n");
}

function inSources(frame: string): string {
  return frame.replace(place, (found, url: string, line: string, column: string) => {
    const entry = mapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !("originalSource" in entry)) return found;
    return `${new URL(entry.originalSource, url)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

const maps = new Map<string, SourceMap | undefined>();

function mapOf(url: string): SourceMap | undefined {
  if (!maps.has(url)) maps.set(url, readMap(url));
  return maps.get(url);
}

/** Undefined where there is none, which is no reason to lose the error. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), "utf8")));
  } catch {
    return undefined;
  }
}

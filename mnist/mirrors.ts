import { datasetInvalid } from "../shared/errors.ts";
import { publicMirrors } from "./published.ts";

/** URLs separated by commas, for the command line and for PrepareRun, whose setting it is in a deployed stack. */
export const mirrorsVariable = "FEDSTEP_MNIST_MIRRORS";

/**
 * FEDSTEP_MNIST_MIRRORS, URLs separated by commas, or the public mirrors.
 * @throws DatasetInvalid naming what is not a URL
 */
export function mirrorsOf(env: NodeJS.ProcessEnv): readonly string[] {
  const given = (env[mirrorsVariable] ?? "").split(",").flatMap((url) => url.trim() || []);
  if (given.length === 0) return publicMirrors;
  return given.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== "https:" && url?.protocol !== "http:") {
      throw datasetInvalid(
        `${mirrorsVariable}: "${text}" is not an http or https URL; it takes URLs separated by commas`,
      );
    }
    return url.href.endsWith("/") ? url.href : `${url.href}/`;
  });
}

import { expect } from "vitest";
import { type ConfigSources, resolveConfig } from "../../../shared/config/resolve.ts";

/** What is said of a configuration that is refused, line by line. */
export function refusal(sources: ConfigSources): string[] {
  try {
    resolveConfig(sources);
  } catch (error) {
    expect(error).toMatchObject({ name: "ConfigInvalid" });
    return error instanceof Error ? error.message.split("\n") : [];
  }
  return ["accepted"];
}

import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { scores, taskOf } from "./tasks.ts";

/**
 * Whether the task is one that the clients can have, and federation.stop goes by the score of the configuration's task.
 * @param owners whether the clients are owners who keep their data
 * @throws ConfigInvalid
 */
export function checkTask(config: Config, owners = false): void {
  const task = taskOf(config);
  const { kind, classWeights = "none" } = { classWeights: undefined, ...config.task };
  if (owners && (kind !== "classification" || classWeights !== "none")) {
    const field = kind === "classification" ? "classWeights" : "kind";
    throw configInvalid(
      `task.${field}: owners who keep their data agree upon a classification without class weights; leave it out`,
    );
  }
  const { stop } = config.federation;
  const given = new Map<string, unknown>(Object.entries(stop));
  for (const { name } of scores) {
    if (name === task.score.name || (given.get(name) ?? null) === null) continue;
    throw configInvalid(
      `federation.stop.${name}: got ${given.get(name)}, and the task ${task.name} is judged by its ${task.score.noun}; ` +
        `set federation.stop.${task.score.name}`,
    );
  }
}

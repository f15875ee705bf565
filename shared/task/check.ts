import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { scores, taskOf } from "./tasks.ts";

/** Whether federation.stop goes by the score of the configuration's task. @throws ConfigInvalid */
export function checkTask(config: Config): void {
  const task = taskOf(config);
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

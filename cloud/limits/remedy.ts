import { type Deployment, type FunctionLimits, lambdaMost, limitsOf, withLimits } from "../deployment.ts";

/** Lambda bills by the megabyte; people reckon in steps. */
const memoryStepMb = 64;

/** Memory with which a deployment would do, as the option to deploy it with; undefined where Lambda has not enough. */
export function memoryRemedy(
  deployment: Deployment,
  name: string,
  does: (deployed: Deployment) => boolean,
): string | undefined {
  return least(deployment, name, "memoryMb", memoryStepMb, does);
}

/** The same of time, or else of all the time that there is and of memory, which brings more of a CPU. */
export function timeRemedy(
  deployment: Deployment,
  name: string,
  does: (deployed: Deployment) => boolean,
): string | undefined {
  const time = least(deployment, name, "timeoutMinutes", 1, does);
  if (time) return time;
  const { timeoutMinutes } = lambdaMost;
  const memory = memoryRemedy(withLimits(deployment, name, { timeoutMinutes }), name, does);
  if (!memory || limitsOf(deployment, name).timeoutMinutes === timeoutMinutes) return memory;
  return `${option("timeoutMinutes", name, timeoutMinutes)} ${memory}`;
}

/** Tried one after the other, since a function that has more also takes more of it. */
function least(
  deployment: Deployment,
  name: string,
  setting: keyof FunctionLimits,
  step: number,
  does: (deployed: Deployment) => boolean,
): string | undefined {
  const now = limitsOf(deployment, name)[setting];
  for (let value = step * (Math.floor(now / step) + 1); value <= lambdaMost[setting]; value += step) {
    if (does(withLimits(deployment, name, { [setting]: value }))) return option(setting, name, value);
  }
  return undefined;
}

const option = (setting: keyof FunctionLimits, name: string, value: number) =>
  `-c ${setting}.${name}=${value}`;

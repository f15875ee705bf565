import type { EnclosingState } from "./definition.ts";

/** A path that selects exactly one place: names, array indices, quoted names. */
const definite = /^\$(?:\.[^\s.[\]*?@,:()$'"]+|\[\d+\]|\['[^']+'\])*$/;
const everywhere = /^\$\.(?:Execution\.(?:Id|Name)|StateMachine\.(?:Id|Name))$/;
const outermost = /^\$\.Execution\.(?:Input(?:[.[].*)?|StartTime)$/;
const ofWaiting = ["$.Task.Token", "$.State.EnteredTime"];
const item = /^\$\.Map\.Item\.(?:Index|Value(?:[.[].*)?)$/;

/** Intrinsic functions that give AWS's results; the others lose backslashes or were never compared. */
const intrinsics = new Set(
  "Format Array ArrayLength ArrayGetItem ArrayContains ArrayRange ArrayPartition MathAdd StringSplit UUID"
    .split(" ")
    .map((name) => `States.${name}`),
);

/**
 * What is wrong with a path, or undefined. `around` names where it is read.
 * @param waits in the parameters of a Task that waits for its token
 */
export function pathProblem(path: unknown, around: EnclosingState, waits = false): string | undefined {
  if (typeof path !== "string" || !path.startsWith("$")) return `${JSON.stringify(path)} is no path`;
  const local = path.startsWith("$$") ? path.slice(1) : path;
  if (!definite.test(local))
    return `${path} can select several values, or none, which the executor gets wrong`;
  if (local === path || everywhere.test(local)) return undefined;
  if (waits && ofWaiting.includes(local)) return undefined;
  if (around === "machine" && outermost.test(local)) return undefined;
  if (around === "iteration" && item.test(local)) return undefined;
  return `${path} is not in the executor's context object here`;
}

function intrinsicProblem(call: string, around: EnclosingState, waits: boolean): string | undefined {
  const bare = call.replace(/'(?:\\.|[^'\\])*'/g, "''");
  const unknown = (bare.match(/[A-Za-z.]+(?=\()/g) ?? [call]).find((name) => !intrinsics.has(name));
  if (unknown !== undefined) return `${unknown} is not an intrinsic function the executor gets right`;
  if (/'[^']*[()\\][^']*'/.test(call)) return `${call} has a parenthesis or a backslash in a string`;
  return (bare.match(/\$[^\s,()]*/g) ?? []).map((path) => pathProblem(path, around, waits)).find(Boolean);
}

/** The first problem in a payload template: every "key.$" in it is a path or an intrinsic function. */
export function templateProblem(
  template: unknown,
  around: EnclosingState,
  waits = false,
): string | undefined {
  if (typeof template !== "object" || template === null) return undefined;
  return Object.entries(template)
    .map(([key, value]) => {
      if (!key.endsWith(".$") || Array.isArray(template)) return templateProblem(value, around, waits);
      if (typeof value !== "string") return `${key} must be a string`;
      return value.startsWith("$")
        ? pathProblem(value, around, waits)
        : intrinsicProblem(value, around, waits);
    })
    .find(Boolean);
}

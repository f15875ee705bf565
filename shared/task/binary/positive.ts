import { configInvalid } from "../../errors.ts";
import { calledClasses } from "../called-classes.ts";
import type { NamedTargets } from "../fit.ts";
import type { BinarySettings } from "./settings.ts";

/** Which of the classes is the positive one. @throws ConfigInvalid where none is called so */
export function positiveOf({ positive }: Pick<BinarySettings, "positive">, data: NamedTargets): number {
  if (positive === null) return 1;
  const names = calledClasses(data);
  const at = names.indexOf(String(positive));
  if (at >= 0) return at;
  const quoted = names.map((name) => JSON.stringify(name));
  throw configInvalid(
    `task.positive: there is no class ${JSON.stringify(String(positive))} in ${data.name}; takes ${quoted.join(" or ")}`,
  );
}

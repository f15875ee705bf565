import { execFileSync, spawnSync } from "node:child_process";

/** An interpreter that has scikit-learn: the path's, or Debian's where another comes first; undefined without one. */
export const sklearn = ["python3", "/usr/bin/python3"].find(
  (python) => spawnSync(python, ["-c", "import sklearn"]).status === 0,
);

/** What a script prints as JSON; it finds what it is given as `given`, NumPy as np. */
export function bySklearn(script: string, given: object): unknown {
  if (sklearn === undefined) throw new Error("there is no scikit-learn");
  const head = "import json, sys\nimport numpy as np\ngiven = json.load(sys.stdin)\n";
  const options = { input: JSON.stringify(given), encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  return JSON.parse(execFileSync(sklearn, ["-c", `${head}${script}`], options));
}

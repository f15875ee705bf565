/**
 * Packs the project, installs the tarball in an empty folder as a person would, and runs the smallest preset there:
 * npm run check:package. Takes a minute or two, and the npm registry.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { packedTarball } from "./packed-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fedstep-package-"));
const result = z.object({
  federated: z.object({ accuracy: z.number() }),
  baseline: z.object({ accuracy: z.number() }),
});

try {
  const tarball = packedTarball(root, folder);
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      // the sample that the package carries will do
      env: {
        ...process.env,
        FEDSTEP_MNIST_MIRRORS: "http://mirror.invalid/",
        XDG_CACHE_HOME: join(folder, "cache"),
      },
    });
  console.log(`packed ${tarball}`);
  run("npm", "install", "--omit=dev", "--no-audit", "--no-fund", join(folder, tarball));
  console.log(
    `installed; npx fedstep --version: ${run("npx", "--no-install", "fedstep", "--version").trim()}`,
  );
  const answer: unknown = JSON.parse(
    run("npx", "--no-install", "fedstep", "run", "--preset", "smoke", "--name", "first", "--json"),
  );
  const { federated, baseline } = result.parse(answer);
  console.log(`smoke: federated ${federated.accuracy}, centralized ${baseline.accuracy}`);
  const left = ["result.json", "report.html", "models/federated/model.json"];
  const missing = left.filter((file) => !existsSync(join(folder, ".fedstep", "runs", "first", file)));
  if (missing.length > 0) throw new Error(`the run left no ${missing.join(", ")}`);
  console.log("the package runs from an empty folder");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

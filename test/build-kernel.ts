import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Tests never run against a kernel that is older than its source. */
export default function buildKernel(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL("../scripts/build-kernel.mjs", import.meta.url))], {
    stdio: "inherit",
  });
}

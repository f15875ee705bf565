import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the sources, or dist/, where this is the module that was compiled of it. */
const here = fileURLToPath(new URL("..", import.meta.url));
const hasSources = (folder: string) => existsSync(join(folder, "cdk", "app.ts"));

/** The folder that a stack is synthesized from: that of the sources, whoever asks. */
export const project = hasSources(here) ? here : join(here, "..");

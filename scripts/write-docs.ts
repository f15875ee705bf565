import { writeFileSync } from "node:fs";
import { configurationReference } from "../report/configuration-reference.ts";

/** Documents that are made from the code. */
writeFileSync(new URL("../docs/configuration.md", import.meta.url), configurationReference());

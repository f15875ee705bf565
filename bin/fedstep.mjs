#!/usr/bin/env node
import { existsSync } from "node:fs";

// Node 20 is supported here until the SDK drops it; its reminder would stand above every answer
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// a package holds what was compiled; in a checkout, which people edit, nobody runs what is older than the sources
const prepare = new URL("../scripts/prepare.mjs", import.meta.url);
if (existsSync(prepare)) await (await import(prepare.href)).prepareIfStale();
const { runProcess } = await import("../dist/cli/process.js");
await runProcess();

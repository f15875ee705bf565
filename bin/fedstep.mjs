#!/usr/bin/env node
import { register } from "tsx/esm/api";

// Node 20 is supported here until the SDK drops it; its reminder would stand above every answer
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
register();
const { runProcess } = await import("../cli/process.ts");
await runProcess();

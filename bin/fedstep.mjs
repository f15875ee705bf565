#!/usr/bin/env node
import { register } from "tsx/esm/api";

register();
const { runProcess } = await import("../cli/process.ts");
await runProcess();

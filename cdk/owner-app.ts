import { runOwnerApp } from "./run-owner-app.ts";

await runOwnerApp();

import { functionObjects } from "../bucket.ts";
import { functionDeployment } from "../deployment.ts";
import { handlerOf } from "../invocation.ts";
import { prepareRun } from "./prepare-run.ts";

export const handler = handlerOf(prepareRun(functionObjects(), functionDeployment(), { env: process.env }));

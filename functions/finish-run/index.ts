import { functionObjects } from "../bucket.ts";
import { functionDeployment } from "../deployment.ts";
import { handlerOf } from "../invocation.ts";
import { finishRun } from "./finish-run.ts";

export const handler = handlerOf(finishRun(functionObjects(), functionDeployment()));

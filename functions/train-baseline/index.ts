import { functionObjects } from "../bucket.ts";
import { functionDeployment } from "../deployment.ts";
import { handlerOf } from "../invocation.ts";
import { trainBaseline } from "./train-baseline.ts";

export const handler = handlerOf(trainBaseline(functionObjects(), functionDeployment()));

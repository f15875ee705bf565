import { functionObjects } from "../bucket.ts";
import { functionDeployment } from "../deployment.ts";
import { handlerOf } from "../invocation.ts";
import { aggregateRound } from "./aggregate-round.ts";

export const handler = handlerOf(aggregateRound(functionObjects(), functionDeployment()));

import { functionObjects } from "../bucket.ts";
import { handlerOf } from "../invocation.ts";
import { openSums } from "./open-sums.ts";

export const handler = handlerOf(openSums(functionObjects()));

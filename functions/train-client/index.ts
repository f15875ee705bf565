import { functionObjects } from "../bucket.ts";
import { handlerOf } from "../invocation.ts";
import { trainClient } from "./train-client.ts";

/** Share of the function's memory that kept shards may take; trainer, SDK and Node need the rest. */
const cacheShare = 0.4;

const memoryBytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 512) * 2 ** 20;

export const handler = handlerOf(trainClient(functionObjects(), cacheShare * memoryBytes));

import { functionObjects } from "../bucket.ts";
import { handlerOf } from "../invocation.ts";
import { simulatedData } from "./client-data.ts";
import { cacheShare } from "./footprint.ts";
import { trainClient } from "./train-client.ts";

const memoryBytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 512) * 2 ** 20;

const objects = functionObjects();

export const handler = handlerOf(trainClient(objects, simulatedData(objects, cacheShare * memoryBytes)));

export { trainAloneAtOwner, workAtOwner } from "./at-owner.ts";

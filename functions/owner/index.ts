import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Logger } from "@aws-lambda-powertools/logger";
import { readBundle } from "../../owner/train.ts";
import { ownerFiles } from "../../shared/owners/stack-names.ts";
import { deskHandler } from "./desk.ts";
import { ownerEnvironment } from "./environment.ts";
import { OwnersPlace } from "./home.ts";
import { trainHandler } from "./train.ts";

const logger = new Logger();
const memoryMb = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 1769);
const place = new OwnersPlace(ownerEnvironment(process.env), memoryMb);
const tell = (line: string, fields: Readonly<Record<string, unknown>> = {}) =>
  logger.info(line, { ...fields });

const file = join(dirname(fileURLToPath(import.meta.url)), ownerFiles.training);
let read: ReturnType<typeof readBundle> | undefined;

/** Invoked by the coordinator's state machine for a round. */
export const handler = trainHandler({
  ...{ place, tell, memoryMb },
  bundle: () => {
    read ??= readBundle(file);
    return read;
  },
});

/** Invoked by the owner's own people. */
export const desk = deskHandler({ place, tell });

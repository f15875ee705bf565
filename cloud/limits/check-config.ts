import type { Config } from "../../shared/config/schema.ts";
import { checkModel } from "../../shared/model/check.ts";
import { checkStrategy } from "../../shared/strategy/check.ts";
import { checkTask } from "../../shared/task/check.ts";
import { checkStages } from "../../shared/update/check-stages.ts";
import { checkHistory } from "./history.ts";
import { checkPayload } from "./payload-size.ts";

/**
 * What can be wrong with a configuration as a whole, found before a data set is opened.
 * @throws HistoryTooLong, PayloadTooLarge, ConfigInvalid
 */
export function checkConfig(config: Config): void {
  checkHistory(config);
  checkPayload(config);
  checkStrategy(config);
  checkStages(config);
  checkModel(config);
  checkTask(config);
}

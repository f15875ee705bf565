import type { Config } from "../../shared/config/schema.ts";
import { checkModel } from "../../shared/model/check.ts";
import { checkPrivacy } from "../../shared/privacy/check.ts";
import { checkSecureAggregation } from "../../shared/secure-aggregation/check.ts";
import { checkStrategy } from "../../shared/strategy/check.ts";
import { checkTask } from "../../shared/task/check.ts";
import { checkStages } from "../../shared/update/check-stages.ts";
import { checkHistory } from "./history.ts";
import { checkPayload } from "./payload-size.ts";

/**
 * What can be wrong with a configuration as a whole, found before a data set is opened.
 * @param owners whether its clients are owners who keep their data
 * @throws HistoryTooLong, PayloadTooLarge, ConfigInvalid
 */
export function checkConfig(config: Config, owners = false): void {
  checkHistory(config, owners);
  checkPayload(config, owners);
  checkStrategy(config);
  checkStages(config);
  checkSecureAggregation(config, owners);
  checkModel(config);
  checkTask(config);
  checkPrivacy(config);
}

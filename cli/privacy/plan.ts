import { Command } from "commander";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { privacyPlanText } from "../../report/privacy-plan-text.ts";
import { configInvalid } from "../../shared/errors.ts";
import { checkDelta } from "../../shared/privacy/check.ts";
import { privacyPlanOf } from "../../shared/privacy/privacy-plan.ts";
import { anyGuaranteeIn } from "../../shared/privacy/private-steps.ts";
import { dataSizeOf, dataSizeOptions, type SizeOptions } from "../data-size.ts";
import { type ConfigOptions, configFrom, options } from "../options.ts";
import type { Session } from "../session.ts";

interface PlanOptions extends ConfigOptions, SizeOptions {
  readonly json?: boolean;
}

export function planCommand(session: Session): Command {
  const command = new Command("plan")
    .description(
      "what a configuration's promise comes to, without any data: noise, epsilon by round, and how loud the noise is",
    )
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set());
  for (const option of dataSizeOptions()) command.addOption(option);
  return command
    .addOption(options.json())
    .addHelpText(
      "after",
      `
How loud: the expected length of a step's noise beside the most that all sampled examples together can say. Of a client with few
examples it is louder than any gradient; then a larger clip does not help, and more examples, fewer steps or a larger epsilon do.
Of whole clients (privacy.unit=client): the expected length of the noise in a round's mean change, beside the longest change.

Examples:
  fedstep privacy plan --preset tuned --set baseline.enabled=false --set privacy.unit=example --set privacy.epsilon=8
  fedstep privacy plan --set partition.clients=1000 --set baseline.enabled=false --set privacy.unit=client --set privacy.epsilon=8
  fedstep privacy plan --config my.json --examples 5000 --features 20 --classes 2 --json`,
    )
    .action(async (given: PlanOptions) => {
      const config = await configFrom(given, given.classes === undefined ? {} : { classes: given.classes });
      if (!anyGuaranteeIn(config)) {
        throw configInvalid(
          "privacy.unit: is none, and there is nothing to plan; set privacy.unit=example and privacy.epsilon=8, for example",
        );
      }
      checkConfig(config);
      const sizing = sizingOf(config, dataSizeOf(given));
      const { examples, mean, parameters } = sizing;
      checkDelta(config, examples.train);
      const plan = privacyPlanOf(config, { train: mean.train, parameters });
      session.print(given.json ? JSON.stringify(plan, null, 2) : privacyPlanText(plan));
    });
}

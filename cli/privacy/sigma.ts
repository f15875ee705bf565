import { Command } from "commander";
import { epsilonText, roundedUp } from "../../report/epsilon-text.ts";
import { epsilonOf } from "../../shared/privacy/accountant/epsilon.ts";
import { checkDelta, checkEpsilon, checkSampling } from "../../shared/privacy/accountant/mechanism.ts";
import { sigmaFor, type Wanted } from "../../shared/privacy/accountant/sigma.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { accountantOptions, asOption } from "./options.ts";

interface SigmaOptions extends Wanted {
  readonly examples?: number;
  readonly json?: boolean;
}

export function sigmaCommand(session: Session): Command {
  return new Command("sigma")
    .description("the least noise with which so many steps keep an epsilon: the inverse of epsilon")
    .addOption(accountantOptions.epsilon())
    .addOption(accountantOptions.q())
    .addOption(accountantOptions.steps())
    .addOption(accountantOptions.delta())
    .addOption(accountantOptions.examples())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
By the privacy loss distribution (PLD), rounded up in the sixth digit, so that the epsilon of what is printed is kept. With
--json: { "sigma", "rdp": { "epsilon", "order" }, "pld": { "epsilon" } }, the epsilons being those of that sigma.

Examples:
  fedstep privacy sigma --epsilon 8 --q 0.04 --steps 2250 --delta 1e-5
  fedstep privacy sigma --epsilon 1 --q 0.01 --steps 1000 --delta 1e-6 --examples 60000 --json`,
    )
    .action(({ q, steps, delta, epsilon, examples, json }: SigmaOptions) => {
      checkSampling({ q, steps }, asOption);
      checkDelta(delta, examples, asOption);
      checkEpsilon(epsilon, asOption);
      const sigma = roundedUp(sigmaFor({ q, steps, delta, epsilon }));
      const epsilons = epsilonOf([{ q, sigma, steps }], delta);
      session.print(
        json
          ? JSON.stringify({ sigma, ...epsilons }, null, 2)
          : `sigma ${sigma}\n${epsilonText(epsilons, delta)}`,
      );
    });
}

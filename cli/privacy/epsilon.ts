import { Command } from "commander";
import { epsilonText } from "../../report/epsilon-text.ts";
import { epsilonOf } from "../../shared/privacy/accountant/epsilon.ts";
import { checkDelta, checkMechanism, type Mechanism } from "../../shared/privacy/accountant/mechanism.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { accountantOptions, asOption } from "./options.ts";

interface EpsilonOptions extends Mechanism {
  readonly delta: number;
  readonly examples?: number;
  readonly also: readonly Mechanism[];
  readonly json?: boolean;
}

export function epsilonCommand(session: Session): Command {
  return new Command("epsilon")
    .description("what so many noisy steps tell of one example: the accountant by itself")
    .addOption(accountantOptions.q())
    .addOption(accountantOptions.sigma())
    .addOption(accountantOptions.steps())
    .addOption(accountantOptions.delta())
    .addOption(accountantOptions.also())
    .addOption(accountantOptions.examples())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
The mechanism is the Poisson-sampled Gaussian of DP-SGD; neighbours differ by one example that is there or not. With --json:
{ "rdp": { "epsilon", "order" }, "pld": { "epsilon" } }. docs/privacy.md says what the two accountants are.

Examples:
  fedstep privacy epsilon --q 0.04 --sigma 1.5 --steps 2250 --delta 1e-5
  fedstep privacy epsilon --q 0.04 --sigma 1.5 --steps 2250 --delta 1e-5 --examples 60000 --json
  fedstep privacy epsilon --q 0.01 --sigma 1 --steps 500 --also 0.02,1.5,300 --delta 1e-6`,
    )
    .action(({ q, sigma, steps, delta, examples, also, json }: EpsilonOptions) => {
      const mechanisms = [{ q, sigma, steps }, ...also];
      for (const one of mechanisms) checkMechanism(one, asOption);
      checkDelta(delta, examples, asOption);
      const epsilons = epsilonOf(mechanisms, delta);
      session.print(json ? JSON.stringify(epsilons, null, 2) : epsilonText(epsilons, delta));
    });
}

import type { Command } from "commander";
import { epsilonCommand } from "../privacy/epsilon.ts";
import { planCommand } from "../privacy/plan.ts";
import { sigmaCommand } from "../privacy/sigma.ts";
import type { Session } from "../session.ts";

export function privacyCommand(command: Command, session: Session): Command {
  return command
    .addCommand(epsilonCommand(session))
    .addCommand(sigmaCommand(session))
    .addCommand(planCommand(session))
    .addHelpText(
      "after",
      `
Examples:
  fedstep privacy epsilon --q 0.04 --sigma 1.5 --steps 2250 --delta 1e-5
  fedstep privacy sigma --epsilon 8 --q 0.04 --steps 2250 --delta 1e-5
  fedstep privacy plan --preset tuned --set baseline.enabled=false --set privacy.unit=example --set privacy.epsilon=8`,
    );
}

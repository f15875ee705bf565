import type { Command } from "commander";
import { options } from "../options.ts";

/** A command about one run, wherever that run is: what all of them take, as TargetOptions has it. */
export function ofOneRun(command: Command): Command {
  return command.addOption(options.home()).addOption(options.target()).addOption(options.stack());
}

import { Command } from "commander";
import { options } from "../options.ts";

/** A command about one run, wherever that run is: what all of them take, as TargetOptions has it. */
export function ofOneRun(name: string): Command {
  return new Command(name)
    .argument("<run>", "name of the run")
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack());
}

import { Command } from "commander";
import { federationCommand } from "../commands/federation.ts";
import { ownerCommand } from "../commands/owner.ts";
import type { Session } from "../session.ts";

/** Runs what owners and coordinators type, as they type it. */
export type RunCommand = (...args: readonly string[]) => Promise<string>;

/**
 * The commands owner and federation in this process.
 * @returns what runs one, and gives what it has printed
 */
export function commandsOf(session: Session): RunCommand {
  return async (name, ...args) => {
    const printed: string[] = [];
    const own: Session = { ...session, print: (text) => void printed.push(text), say: () => {} };
    const define = name === "owner" ? ownerCommand : federationCommand;
    const command = define(new Command(name), own);
    for (const one of [command, ...command.commands]) one.exitOverride();
    await command.parseAsync([...args], { from: "user" });
    return printed.join("\n");
  };
}

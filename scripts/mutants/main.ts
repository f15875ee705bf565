import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { onInterrupts } from "../../cli/interrupts.ts";
import { copyProject } from "./copy.ts";
import { chosen, mutants } from "./list.ts";
import { tryMutants } from "./try-out.ts";
import { mutantsSummary, type Verdict, verdictText } from "./verdict.ts";

const command = new Command("mutants")
  .description(
    "Puts faults back that were mended, one by one, in a copy of the project, and sees whether tests notice",
  )
  .argument("[names...]", "mutants to try; all without")
  .option("--slow", "those too whose tests take more than a minute")
  .option("--list", "say which there are, and try none")
  .parse();
const { slow = false, list = false } = command.opts<{ slow?: boolean; list?: boolean }>();

const root = fileURLToPath(new URL("../..", import.meta.url));

async function main(): Promise<number> {
  const selected = chosen(mutants, command.args, slow);
  if (typeof selected === "string") {
    console.error(selected);
    return 2;
  }
  if (list) {
    for (const { name, fault } of selected) console.log(`${name}: ${fault}`);
    return 0;
  }
  const copy = copyProject(root);
  // the second one ends the process, and leaves nothing either
  const interrupted = onInterrupts(false, () => {
    copy.remove();
    process.exit(130);
  });
  const verdicts: Verdict[] = [];
  try {
    for await (const verdict of tryMutants(selected, copy, interrupted)) {
      verdicts.push(verdict);
      console.log(verdictText(verdict));
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
    return 130;
  } finally {
    copy.remove();
  }
  const { text, good } = mutantsSummary(verdicts);
  console.log(text);
  return good ? 0 : 1;
}

process.exitCode = await main();

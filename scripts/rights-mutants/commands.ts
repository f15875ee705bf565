import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccessKind } from "../../cdk/constructs/access-rights.ts";

export interface RecordedCommand {
  readonly args: readonly string[];
  /** Once its run is under way. */
  readonly interrupted?: true;
  /** Whose policy it takes, where what it is asked about takes more than the command does. */
  readonly by?: AccessKind;
}

/**
 * What people do with a federation, in an order in which each command finds what it works on. Each run asks for
 * something that the others do not: SCAFFOLD keeps something at server and clients, a round an execution has the state
 * machine start itself, one participant makes a model that is one client's, a resumed run has several attempts.
 * @param folder where the files are put that they read
 */
export function recordedCommands(folder: string): RecordedCommand[] {
  const study = written(folder, "study.json", JSON.stringify({ name: "short", config: small, seeds: [1] }));
  const picture = written(folder, "digit.csv", Array.from({ length: 784 }, (_, i) => i % 256).join());
  const smoke = (name: string, ...set: string[]) => [
    ...["run", "--preset", "smoke", "--name", name],
    ...set.flatMap((one) => ["--set", one]),
  ];
  return [
    { args: smoke("plain") },
    { args: smoke("kept", "federation.strategy.name=SCAFFOLD", "federation.executionRounds=1") },
    { args: ["run", "--from", "kept@1", "--name", "forked", "--rounds", "3"] },
    { args: smoke("alone", "federation.fraction=0.25") },
    { args: ["study", study] },
    { args: smoke("going", "federation.rounds=30"), interrupted: true },
    { args: ["stop", "going"] },
    { args: ["resume", "going"] },
    { args: ["follow", "plain"] },
    { args: ["runs"] },
    { args: ["show", "plain"] },
    { args: ["report", "plain"] },
    { args: ["cost", "plain"] },
    { args: ["compare", "plain", "kept"] },
    { args: ["predict", "plain", picture] },
    { args: ["predict", "alone", picture], by: "Operator" },
    ...["plain", "kept", "alone", "going"].map((name) => ({ args: ["verify", name] })),
    { args: ["remove", "forked", "--yes"] },
    { args: ["remove", "kept", "--with-data", "--yes"] },
  ];
}

const small = {
  partition: { clients: 3 },
  model: { hidden: [4] },
  federation: { rounds: 1 },
  baseline: { epochs: 1 },
};

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

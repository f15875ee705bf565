import type { Command } from "commander";
import { checkOwnersReached } from "../../cloud/deployment.ts";
import { concurrencyNote } from "../../cloud/limits/concurrency.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { footprints } from "../../functions/footprints.ts";
import { waysTo } from "../../shared/owners/account.ts";
import { hasMasks, ownersHelp } from "../../shared/secure-aggregation/settings.ts";
import { chaosFrom, chaosHelp, chaosOptions } from "../chaos.ts";
import { requireWebAssembly } from "../machine-limits.ts";
import { isQuiet, options } from "../options.ts";
import { readBeside } from "../run/beside.ts";
import { conclude } from "../run/conclude.ts";
import { executeRun } from "../run/execute.ts";
import { expectedCost } from "../run/expected-cost.ts";
import { checkRunName, defaultRunName } from "../run/name.ts";
import { federationNotes, federationRunName } from "../run/of-federation.ts";
import { showProgress, silentProgress } from "../run/progress.ts";
import { type RunOptions, sourceOf } from "../run/source.ts";
import type { Session } from "../session.ts";
import { openTarget } from "../targets/open.ts";

export function runCommand(command: Command, session: Session): Command {
  return command
    .addOption(options.preset())
    .addOption(options.config())
    .addOption(options.set())
    .option("--rounds <n>", "rounds of training, short for --set federation.rounds=<n>")
    .option(
      "--from <run@round>",
      "go on from a round of another run, with its data and changes to its configuration",
    )
    .option(
      "--federation <name>",
      "train with the owners who have signed the newest agreement of this federation, as it says",
    )
    .option(
      "--beside <run>",
      "a finished run that is the same but for its privacy: report and card say what the promise costs",
    )
    .option("--name <run>", "name of the run; default: the preset, or the federation, and the time")
    .option(
      "--budget <dollars>",
      "end before the round that would make the run cost more on AWS (sets federation.budget)",
    )
    .addOption(options.data())
    .addOption(options.label())
    .addOption(options.classes())
    .addOption(options.select())
    .addOption(options.csv())
    .addOption(options.schema())
    .addOption(options.clients())
    .addOption(options.home())
    .addOption(options.environments())
    .addOption(options.port())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.quiet())
    .addOption(chaosOptions.chaos())
    .addOption(chaosOptions.seed())
    .addOption(chaosOptions.fastRetries())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep run --preset paper
  fedstep run --preset tuned --set seed=2 --set federation.rounds=50
  fedstep run --preset paper --data ./mnist --name first --json > result.json
  fedstep run --data iris.csv --label species --set partition.kind=dirichlet --set partition.clients=3
  fedstep run --clients ./hospitals --label outcome
  fedstep run --from first@50 --set training.learningRate=0.01 --rounds 200
  fedstep run --preset tuned --set baseline.enabled=false --set privacy.unit=example --set privacy.epsilon=8 --beside plain
  fedstep run --federation clinics --rounds 10 --name first --port 7070
  fedstep run --preset tuned --target aws --budget 0.05
  fedstep run --config my.json --target aws --stack fedstep
  fedstep run --preset smoke --name stormy --chaos 0.05 --chaos-seed 7
${chaosHelp}`,
    )
    .action((given: RunOptions) => run(session, given));
}

async function run(session: Session, given: RunOptions): Promise<void> {
  if (given.name !== undefined) checkRunName(given.name, "--name");
  if (given.target === "local") requireWebAssembly();
  const quiet = isQuiet(given);
  const say = quiet ? () => {} : session.say;
  // a fault is told even where only the result is to be printed
  let tell = session.say;
  const chaos = await chaosFrom(given, (text) => tell(text));
  const { config, sizing, from, federation, upload } = await sourceOf(session, given, say);
  const note = given.target === "aws" ? concurrencyNote(config) : undefined;
  if (note) say(`note: ${note}`);
  if (hasMasks(config) && !ownersHelp(config)) say(`note: ${coordinatorsHelpers}`);
  const name = federation
    ? checkRunName(federationRunName(federation.agreed.federation, given.name, new Date()), "--name")
    : (given.name ?? defaultRunName(config.preset, new Date()));

  const { trainer } = config.training;
  const target = await openTarget(given, {
    tfjs: trainer === "tfjs",
    environments: given.environments,
    port: given.port,
    say,
    chaos,
    fastRetries: given.fastRetries,
    signal: session.signal,
  });
  try {
    for (const note of target.notes) say(note);
    if (federation) {
      const { agreed, owners } = federation;
      checkOwnersReached(target.deployment, waysTo(agreed.members, owners.accepted));
    }
    checkLimits(sizing, target.deployment, federation ? stepsWithoutData : footprints);
    if (given.target === "aws") say(expectedCost({ config, data: sizing.data, from }, target.deployment));
    const dataset = await upload(target);
    const beside =
      given.beside === undefined ? undefined : await readBeside(target, given.beside, { config, dataset });
    // without the address no owner comes, however little is to be said
    for (const note of federation ? federationNotes(federation, target.door) : []) session.say(note);
    const order = {
      ...{ run: name, config, dataset },
      ...(from && { from }),
      ...(federation && { owners: federation.owners }),
      ...(beside && { beside }),
    };
    const started = () => {
      say(
        `run ${name}${target.endsWithCommand ? "" : ": its execution is RUNNING; Ctrl-C only stops watching"}`,
      );
      const progress = quiet ? silentProgress : showProgress(order, target.deployment, session.stderr);
      tell = progress.note ?? tell;
      return progress;
    };
    const result = await executeRun(target, order, started, session.signal);
    await conclude(session, target, result, given, federation && target.door);
  } catch (error) {
    throw target.explained?.(error) ?? error;
  } finally {
    await target.close();
  }
}

/** Before anybody takes a simulation for protection. */
const coordinatorsHelpers =
  "federation.secureAggregation.helpers=coordinator masks updates for a simulation and protects nothing: the coordinator holds " +
  "the keys of all three helpers";

/** Owners train where their data are: of what a run takes, what is invoked all the same. */
const stepsWithoutData = footprints.filter(({ part }) => part !== "participant" && part !== "baseline");

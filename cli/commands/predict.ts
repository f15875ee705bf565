import { type Command, Option } from "commander";
import { askedInJson, askedText } from "../../report/asked-figures.ts";
import { thresholdOf } from "../../report/model-details.ts";
import { modelTitles } from "../../report/model-titles.ts";
import { predictionTable } from "../../report/prediction-table.ts";
import { predictionsCsv } from "../../report/predictions-csv.ts";
import { classesInJson, numbersInJson } from "../../report/predictions-json.ts";
import { valuesTable } from "../../report/values-table.ts";
import { exampleInvalid } from "../../shared/errors.ts";
import type { ModelName } from "../../shared/layout.ts";
import { calledClasses } from "../../shared/task/called-classes.ts";
import { classNamed, type Naming } from "../../shared/task/naming.ts";
import type { TaskKind } from "../../shared/task/task-kind.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { visible } from "../../shared/visible.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { options } from "../options.ts";
import { answerOf } from "../predict/answer.ts";
import type { Example } from "../predict/example.ts";
import { judged } from "../predict/judge.ts";
import { readExamples } from "../predict/read-examples.ts";
import { type ModelChoice, modelChoices, readModels, type TrainedModel } from "../predict/read-models.ts";
import { readResult } from "../run/read-result.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";
import { writePage } from "../write-page.ts";

interface PredictOptions extends TargetOptions {
  readonly model: ModelChoice;
  readonly asIs?: boolean;
  readonly label?: string;
  readonly select?: string;
  readonly csv?: SaidDialect;
  readonly out?: string;
  readonly json?: boolean;
}

export function predictCommand(command: Command, session: Session): Command {
  return command
    .addOption(new Option("--model <name>", "which model").choices(modelChoices).default("both"))
    .option(
      "--out <file>",
      "also write a CSV table: each example's place, ids, label, and what each model makes of it",
    )
    .option("--as-is", "take pictures as they are: neither inverted nor centred as MNIST's digits")
    .addOption(options.label())
    .addOption(options.select())
    .addOption(options.csv())
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack())
    .addOption(options.json())
    .addHelpText(
      "after",
      `
Examples:
  fedstep predict first digit.png
  fedstep predict first scans/*.png --model federated --json
  fedstep predict flowers new.csv --label species
  fedstep predict clinics today.csv --out answers.csv`,
    )
    .action((run: string, files: string[], given: PredictOptions) => predict(session, run, files, given));
}

async function predict(
  session: Session,
  run: string,
  files: readonly string[],
  given: PredictOptions,
): Promise<void> {
  const { asIs = false, label, select, csv, out, json = false } = given;
  if (out !== undefined && !/\.csv$/i.test(out)) {
    throw exampleInvalid(`--out: writes CSV, and ${out} is not called so; name a file that ends with .csv`);
  }
  const storage = await openStorage(given);
  try {
    const result = await readResult(storage, run);
    const say = (note: string) => session.say(`note: ${note}`);
    const reading = { asIs, label, select, csv, withIds: out !== undefined, say, signal: session.signal };
    const known = result.dataset;
    const read = await Promise.all(files.map((file) => readExamples(file, known, reading)));
    const models = await readModels(storage.objects, result, given.model);
    const task = taskOf(result.config);
    const namings = namingsOf(result, models);
    const all = read.flat().map((example) => answered(example, models, task.ending, namings));
    const asked = judged(result, models, all);
    const classNames = task.naming ? calledClasses(result.dataset) : undefined;
    if (out !== undefined) {
      const csvModels = models.map(({ name }) => {
        const threshold = thresholdOf(result, result[name] ?? result.federated);
        return { name, ...(threshold !== undefined && { threshold }) };
      });
      await writePage(out, predictionsCsv(all, csvModels, classNames), "--out");
    }
    const names = models.map(({ name }) => name);
    if (json) {
      const figures = asked.length > 0 && { figures: askedInJson(result, asked) };
      const said = classNames ? classesInJson(all, names, classNames) : numbersInJson(all);
      return session.print(JSON.stringify({ run, ...said, ...figures }, null, 2));
    }
    session.print(
      [
        classNames ? predictionTable(all, names, classNames) : valuesTable(all, names),
        ...names.flatMap((name) => ruleOf(result, name)),
        ...(asked.length > 0 ? [askedText(result, asked)] : []),
        ...(out === undefined ? [] : [`predictions ${out}`]),
      ].join("\n"),
    );
  } finally {
    await storage.close();
  }
}

type Namings = Readonly<Partial<Record<ModelName, Naming>>>;

/** How each model names a class, where it does: for all examples alike. */
function namingsOf({ config, dataset, ...result }: Result, models: readonly TrainedModel[]): Namings {
  const { naming } = taskOf(config);
  if (!naming) return {};
  return Object.fromEntries(
    models.map(({ name }) => [name, naming(result[name] ?? result.federated, config.task, dataset)]),
  );
}

/** An example with what the models make of it, and the class that each names where it is one of classes. */
function answered(
  example: Example,
  models: readonly TrainedModel[],
  ending: TaskKind["ending"],
  namings: Namings,
) {
  const answer = answerOf(example, models, ending);
  const { values: probabilities } = answer;
  const named = Object.entries(namings).map(([name, naming]) => {
    return [name, classNamed(probabilities[name as ModelName] ?? [], naming)];
  });
  return { ...example, ...answer, probabilities, named: Object.fromEntries(named) };
}

/** By which rule a model names a class, where it is not the most probable one. */
function ruleOf({ config, dataset, ...result }: Result, name: ModelName): string[] {
  const figures = result[name];
  const rule = figures && taskOf(config).namedBy?.(figures, config.task, dataset);
  return rule ? [visible(`${modelTitles[name]} ${rule}`)] : [];
}

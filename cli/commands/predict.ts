import { type Command, Option } from "commander";
import { modelTitles } from "../../report/model-titles.ts";
import { type Prediction, predictionAccuracy, predictionTable } from "../../report/prediction-table.ts";
import type { ModelName } from "../../shared/layout.ts";
import { classNamed } from "../../shared/task/naming.ts";
import { taskOf } from "../../shared/task/tasks.ts";
import { visible } from "../../shared/visible.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import { options } from "../options.ts";
import { agreedLabel } from "../predict/agreed-label.ts";
import { estimated, estimatesText } from "../predict/estimate.ts";
import { calledClasses } from "../predict/example.ts";
import { readExamples } from "../predict/read-examples.ts";
import { type ModelChoice, modelChoices, readModels, type TrainedModel } from "../predict/read-models.ts";
import { readResult } from "../run/read-result.ts";
import type { Session } from "../session.ts";
import { openStorage, type TargetOptions } from "../targets/open.ts";

interface PredictOptions extends TargetOptions {
  readonly model: ModelChoice;
  readonly asIs?: boolean;
  readonly label?: string;
  readonly select?: string;
  readonly csv?: SaidDialect;
  readonly json?: boolean;
}

export function predictCommand(command: Command, session: Session): Command {
  return command
    .addOption(new Option("--model <name>", "which model").choices(modelChoices).default("both"))
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
  fedstep predict flowers new.csv --label species`,
    )
    .action((run: string, files: string[], given: PredictOptions) => predict(session, run, files, given));
}

async function predict(
  session: Session,
  run: string,
  files: readonly string[],
  given: PredictOptions,
): Promise<void> {
  const storage = await openStorage(given);
  try {
    const result = await readResult(storage, run);
    const { asIs = false, label, select, csv } = given;
    const say = (note: string) => session.say(`note: ${note}`);
    const reading = { asIs, label, select, csv, say, signal: session.signal };
    const known = { ...result.dataset, agreedLabel: await agreedLabel(storage, result) };
    const read = await Promise.all(files.map((file) => readExamples(file, known, reading)));
    const models = await readModels(storage.objects, result, given.model);
    const task = taskOf(result.config);
    const json = given.json ?? false;
    const all = read.flat().map((example) => ({ ...example, ...estimated(example, models, task.ending) }));
    const { naming } = task;
    if (!naming) return session.print(estimatesText(run, all, models, json));
    const predictions = all.map(({ source, label, values }) => ({
      source,
      ...(label !== undefined && { label }),
      probabilities: values,
      named: Object.fromEntries(
        models.map(({ name }) => {
          const figures = result[name] ?? result.federated;
          return [name, classNamed(values[name] ?? [], naming(figures, result.config.task, result.dataset))];
        }),
      ),
    }));
    const names = models.map(({ name }) => name);
    const classNames = calledClasses(result.dataset);
    if (!json) {
      const rules = names.flatMap((name) => {
        const figures = result[name];
        const rule = figures && task.namedBy?.(figures, result.config.task, result.dataset);
        return rule === undefined || rule === null ? [] : [visible(`${modelTitles[name]} ${rule}`)];
      });
      return session.print([predictionTable(predictions, names, classNames), ...rules].join("\n"));
    }
    session.print(
      JSON.stringify({ run, classes: classNames, ...inJson(predictions, models, classNames) }, null, 2),
    );
  } finally {
    await storage.close();
  }
}

function inJson(
  predictions: readonly Prediction[],
  models: readonly TrainedModel[],
  classNames: readonly string[],
) {
  const accuracies = models.flatMap(({ name }) => {
    const accuracy = predictionAccuracy(predictions, name);
    return accuracy === undefined ? [] : [[name, accuracy] as const];
  });
  return {
    examples: predictions.map(({ source, label, probabilities, named }) => ({
      source,
      ...(label !== undefined && { label: classNames[label] }),
      ...Object.fromEntries(
        Object.entries(probabilities).map(([model, of]) => [
          model,
          { class: classNames[named[model as ModelName] ?? -1], probabilities: of },
        ]),
      ),
    })),
    ...(accuracies.length > 0 && { accuracy: Object.fromEntries(accuracies) }),
  };
}

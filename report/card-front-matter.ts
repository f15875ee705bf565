import type { ModelName } from "../shared/layout.ts";
import { type Figures, scoreIn, taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { allExamples, examplesOf } from "./examples-said.ts";

type Evaluated = Figures & Pick<Outcome["federated"], "examples">;

/**
 * What Hugging Face reads of a model card (https://huggingface.co/docs/hub/model-cards). A figure's number of examples stands
 * in its name, since model-index has no other field for it. JSON is YAML: values written as JSON need no quoting rules of
 * their own.
 */
export function frontMatter(name: ModelName, outcome: Outcome, figures: Evaluated): string[] {
  const { run, config, dataset } = outcome;
  const { score, words, details } = taskOf(config);
  const task = dataset.imageShape ? words.hub.images : words.hub.tables;
  const onTestSet = config.federation.evaluation === "test-set";
  const examples = examplesOf(figures.examples, allExamples(outcome));
  const over = `over ${examples} ${onTestSet ? "examples of the test set" : "held-out examples"}`;
  const results = {
    task: { type: task },
    dataset: { name: dataset.name, type: dataset.name, split: onTestSet ? "test" : "held out by clients" },
    metrics: [
      { type: score.name, name: `${score.title} ${over}`, value: scoreIn(figures).value },
      ...details(figures, config.task, dataset).flatMap(({ key, name, short, value }) =>
        short === undefined || value === null ? [] : [{ type: key, name: `${name} ${over}`, value }],
      ),
      { type: "loss", name: `Mean ${words.loss.noun} in ${words.loss.unit} ${over}`, value: figures.loss },
    ],
  };
  const tags = ["federated-learning", "fedstep", "tensorflow.js", "safetensors"];
  if (name === "federated") tags.push(config.federation.strategy.name);
  const fields = {
    license: "other",
    license_name: "to-be-named-by-the-owners-of-the-data",
    pipeline_tag: task,
    tags,
    "model-index": [{ name: `${run}-${name}`, results: [results] }],
  };
  return ["---", ...Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`), "---"];
}

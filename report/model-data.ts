import { markdownTable } from "markdown-table";
import type { Outcome } from "../shared/workflow/result-record.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";
import { allExamples, examplesOf } from "./examples-said.ts";
import { wholeNumber } from "./numbers.ts";

/** The model card's table of what a model was trained and evaluated with. */
export function modelData(outcome: Outcome): string {
  const { dataset, clients, config } = outcome;
  const { kind, ...rule } = config.partition;
  const trained = clients.reduce((sum, { train }) => sum + train, 0);
  const apart = allExamples(outcome);
  const cut =
    (config.dataset.limit ?? dataset.examples) === dataset.examples
      ? ""
      : ", those that `dataset.limit` leaves";
  return markdownTable([
    ["", ""],
    ["data set", dataset.name],
    ["source", dataset.source],
    ["SHA-256", `\`${dataset.digest}\``],
    ["examples", `${examplesOf(trained + apart, dataset.examples)}${cut}`],
    ["features", featuresOf(dataset)],
    dataset.target ? ["targets", "numbers"] : ["classes", String(dataset.classes)],
    ["division", `\`${kind}\` ${JSON.stringify(rule)}`],
    ["trained with", `${wholeNumber(trained)} examples`],
    [
      config.federation.evaluation === "test-set" ? "publisher's test set" : "held out by clients",
      `${wholeNumber(apart)} examples, never trained with`,
    ],
  ]);
}

function featuresOf({ features, imageShape }: DatasetRecord): string {
  return imageShape ? `${features}, the pixels of ${imageShape.join(" x ")}` : String(features);
}

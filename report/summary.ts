import { kindOf, specOf } from "../shared/model/spec.ts";
import { taskOf } from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import { billSentence, takenSentence } from "./bill.ts";
import { tooFewIn } from "./client-privacy-statement.ts";
import { allExamples, examplesOf, ratioNote } from "./examples-said.ts";
import { masksNote } from "./masks-note.ts";
import { shownAs, shownScore } from "./measure.ts";
import { detailTable, trivialShown, warningsOf } from "./model-details.ts";
import { wholeNumber } from "./numbers.ts";
import { privacyStatement } from "./privacy-statement.ts";
import { commandOnMnist, dataNotes, publishedBeside, whereDirIs } from "./publication.ts";
import { aloneSentence } from "./staying-alone.ts";
import { oneRule, textTable } from "./text-table.ts";
import { trainedRounds } from "./trained-rounds.ts";

/**
 * The outcome of a run for a terminal: what federation cost, beside what was published where that is of the same.
 * @param program as whoever reads it calls fedstep
 */
export function summary(result: Result, program = "fedstep"): string {
  const { federated, baseline, config, dataset, invocations } = result;
  const next = commandOnMnist(result, program);
  const told = [ratioNote(result), aloneSentence(result), masksNote(result), ...dataNotes(result)];
  const notes = told.filter((note) => note !== undefined);
  const model = specOf(config, dataset);
  const promise = privacyStatement(result);
  const tooFew = tooFewIn(result);
  return [
    `run ${result.run}`,
    scores(result),
    ...furtherFigures(result),
    ...warningsOf(result).map((warning) => `warning: ${visible(warning)}`),
    ...(tooFew === undefined ? [] : [`warning: ${tooFew}`]),
    ...notes,
    ...(promise ? [`privacy ${promise.short}`] : []),
    ...(next ? [`next: ${next}`, `      ${whereDirIs}`] : []),
    `${config.federation.strategy.name}, ${result.clients.length} clients, ${trainedRounds(result)}` +
      `${baseline ? `, ${baseline.epochs.length} epochs centralized` : ""}, model ${kindOf(model).shortName(model)}, seed ${config.seed}`,
    `${dataset.examples.toLocaleString("en")} examples of ${visible(dataset.name)} (${visible(dataset.source)})`,
    `${result.seconds.toFixed(1)} s, ${invocations.count} Lambda invocations (${invocations.cold} cold), ` +
      `${(invocations.billedMs / 1000).toFixed(1)} s billed, ${invocations.gbSeconds.toFixed(1)} GB-s`,
    ...(result.cost ? [billSentence(result.cost)] : []),
    ...(result.from ? [takenSentence(result.from)] : []),
    ...(result.startedBy?.notes ?? []).map((note) => `note: ${note}`),
    `weights sha256 federated   ${federated.weightsSha256}`,
    ...(baseline ? [`               centralized ${baseline.weightsSha256}`] : []),
  ].join("\n");
}

/** What the task says of the models beside their score. */
function furtherFigures(result: Result): string[] {
  const details = detailTable(result);
  if (!details) return [];
  const rows = details.rows.map((row) => [...row]);
  const colAligns = ["left", ...details.titles.map(() => "right")] as ("left" | "right")[];
  return [textTable(["", ...details.titles], rows, { colAligns, chars: oneRule })];
}

/** Both models and their ratio, each with the number of examples that it is over. */
function scores(result: Result): string {
  const { score } = taskOf(result.config);
  const show = shownAs(score.scale);
  const { config, federated, baseline, compared, ratio, alone, beside } = result;
  const published = publishedBeside(result);
  const all = allExamples(result);
  const rows: string[][] = [];
  const add = (name: string, figure: string, examples: string, beside: string | undefined) =>
    rows.push([name, figure, examples, ...(beside === undefined ? [] : [beside])]);
  const { examples } = federated;
  add(
    "federated",
    shownScore(config, federated),
    examplesOf(examples, all),
    published && show(published.federated),
  );
  if (baseline) {
    const over = wholeNumber(baseline.examples);
    add("centralized", shownScore(config, baseline), over, published && show(published.baseline));
  }
  const trivial = trivialShown(result);
  if (trivial) add(trivial.name, trivial.shown, wholeNumber(examples), undefined);
  if (alone) add("alone", shownScore(config, alone.alone), wholeNumber(alone.examples), undefined);
  if (beside) add(visible(beside.run), show(beside.score), wholeNumber(beside.examples), undefined);
  if (ratio !== null) {
    const over = wholeNumber(compared?.examples ?? examples);
    const beside = published && (published.federated / published.baseline).toFixed(4);
    add("ratio", ratio.toFixed(4), over, beside);
  }
  return textTable(["", score.noun, "examples", ...(published ? ["published"] : [])], rows, {
    colAligns: ["left", "right", "right", "right"],
  });
}

import { calledClasses } from "../called-classes.ts";
import { classificationWords } from "../classification/words.ts";
import type { Detail } from "../detail.ts";
import type { NamedTargets } from "../fit.ts";
import { hardly, hardlyRecognized } from "../hardly-recognized.ts";
import type { TaskWords } from "../words.ts";
import { calibrationError } from "./curves.ts";
import { type BinaryFigures, scoresIn } from "./evaluation.ts";
import { bins } from "./histogram.ts";
import { type OperatingPoint, pointAt } from "./operating-point.ts";
import { positiveOf } from "./positive.ts";
import type { BinarySettings } from "./settings.ts";

export const binaryWords: TaskWords = {
  purpose: ({ name }) => `tells the two classes of ${name} apart`,
  scored: ["ranks with an ROC AUC of", "over"],
  told: {
    english: "of each of both classes how many have which probability, in thousandths",
    korean: "두 클래스의 확률(천분율)별 개수",
  },
  scoreOver: (examples) => `Area under the ROC curve of each model over ${examples}`,
  loss: classificationWords.loss,
  limits: [
    "- The figures hold for examples like those evaluated, of which the two classes have the same shares. Nothing is",
    "  known about others, and the model names one of its classes for any input whatever.",
    "- A threshold that a rule has chosen does a little better on the examples that it was chosen on than on others.",
    "- The probabilities have not been calibrated; class weights in training shift them.",
  ],
  hub: classificationWords.hub,
};

/** The point that the settings choose: of the two best ones, or at the number that they name. */
export function chosenPoint({ threshold }: BinarySettings, figures: BinaryFigures): OperatingPoint {
  if (threshold === "youden") return figures.youden;
  if (threshold === "f1") return figures.mostF1;
  return pointAt(scoresIn(figures), Math.round(bins * threshold));
}

const rules = { youden: "Youden's index", f1: "F1" } as const;

/** How the threshold came about: "by Youden's index", "as set". */
export function chosenBy({ threshold }: BinarySettings): string {
  return typeof threshold === "number" ? "as set" : `by ${rules[threshold]}`;
}

export function binaryDetails(
  figures: BinaryFigures,
  settings: BinarySettings,
  data: NamedTargets,
): Detail[] {
  const sought = calledClasses(data)[positiveOf(settings, data)];
  const { rocAucWithin, prAuc, prAucWithin, brier, calibration, majority, positives, negatives } = figures;
  const chosen = chosenPoint(settings, figures);
  const examples = positives + negatives;
  return [
    { key: "rocAucWithin", name: "ROC AUC within", value: rocAucWithin, scale: "number" },
    { key: "prAuc", name: "PR AUC", short: "PR AUC", value: prAuc, scale: "number" },
    { key: "prAucWithin", name: "PR AUC within", value: prAucWithin, scale: "number" },
    {
      key: "positiveShare",
      name: `positive examples (${sought})`,
      short: "positive examples",
      value: examples === 0 ? null : positives / examples,
      scale: "share",
    },
    { key: "brier", name: "Brier score", short: "Brier score", value: brier, scale: "number" },
    {
      key: "calibrationError",
      name: "calibration error",
      short: "calibration error",
      value: calibrationError(calibration),
      scale: "number",
    },
    { key: "majority", name: "majority line", short: "majority line", value: majority, scale: "share" },
    ...ofPoint(figures.atHalf, "at 0.5").map((detail) => ({ ...detail, key: `${detail.key}AtHalf` })),
    {
      key: "threshold",
      name: `threshold ${chosenBy(settings)}`,
      short: "threshold",
      value: chosen.threshold,
      scale: "number",
    },
    ...ofPoint(chosen, "there").map((detail, i) => ({
      ...detail,
      short: ofThreshold[i]?.[1] ?? detail.name,
    })),
  ];
}

const ofThreshold = [
  ["accuracy", "accuracy"],
  ["sensitivity", "sensitivity"],
  ["specificity", "specificity"],
  ["precision", "precision"],
  ["f1", "F1"],
  ["balancedAccuracy", "balanced accuracy"],
] as const;

/** What a model does at a threshold. */
function ofPoint(point: OperatingPoint, where: string): Detail[] {
  return ofThreshold.map(([key, title]) => ({
    key,
    name: `${title} ${where}`,
    value: point[key],
    scale: key === "f1" ? "number" : "share",
  }));
}

/** Of the thresholds that are shown, what each hardly recognizes; and what the examples do not tell. */
export function binaryWarnings(
  figures: BinaryFigures,
  settings: BinarySettings,
  data: NamedTargets,
): string[] {
  const names = calledClasses(data);
  const positive = positiveOf(settings, data);
  const { positives, negatives } = figures;
  const missing = positives === 0 ? positive : negatives === 0 ? 1 - positive : undefined;
  if (missing !== undefined) {
    return [
      `no example of ${JSON.stringify(names[missing])} was evaluated: an ROC AUC of 0.5 stands for none`,
    ];
  }
  const recognized = ({ sensitivity, specificity }: OperatingPoint) =>
    names.map((name, label) => {
      const [recall, examples] = label === positive ? [sensitivity, positives] : [specificity, negatives];
      return { name, examples, right: Math.round((recall ?? 0) * examples) };
    });
  const chosen = chosenPoint(settings, figures);
  return [
    ...hardly(hardlyRecognized(recognized(figures.atHalf)), " at the threshold 0.5"),
    ...(chosen.threshold === 0.5
      ? []
      : hardly(hardlyRecognized(recognized(chosen)), ` at the threshold ${chosen.threshold}`)),
    ...crowded(figures),
  ];
}

/** The bound from which on an area is reported with a warning. */
const muchWithin = 0.01;

function crowded({ rocAucWithin, prAucWithin }: BinaryFigures): string[] {
  const areas = [
    ["its ROC AUC", rocAucWithin],
    ["its PR AUC", prAucWithin],
  ] as const;
  const vague = areas.filter(([, within]) => within > muchWithin);
  if (vague.length === 0) return [];
  const known = vague.map(([area, within]) => `${area} is known within ${within.toPrecision(2)} only`);
  return [`gives probabilities that crowd in few thousandths: ${known.join(", ")}`];
}

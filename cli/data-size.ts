import { Option } from "commander";
import { type DataSize, mnistSize } from "../cloud/cost/data-size.ts";
import { positiveInteger } from "./options.ts";

/** The size of a data set that nobody has brought. */
export interface SizeOptions {
  readonly examples?: number;
  readonly features?: number;
  readonly classes?: number;
}

const of = { examples: "examples", features: "features", classes: "classes" } as const;

export function dataSizeOptions(): Option[] {
  return (Object.keys(of) as (keyof typeof of)[]).map((name) =>
    new Option(
      `--${name} <n>`,
      `${of[name]} of the data set (default: ${mnistSize[name]}, as MNIST)`,
    ).argParser(positiveInteger),
  );
}

/** With features a table of floats, without them images like MNIST's. */
export function dataSizeOf({
  examples = mnistSize.examples,
  features,
  classes = mnistSize.classes,
}: SizeOptions): DataSize {
  const testExamples = Math.floor(examples * (mnistSize.testExamples / mnistSize.examples));
  const size = { ...mnistSize, examples, classes, testExamples };
  return features === undefined ? size : { ...size, features, valueBytes: 4, filled: 1 };
}

import type { Mutant } from "../mutant.ts";

const start = ["test/report/starting-example.test.ts"];
const entry = ["test/report/read-entry.test.ts"];
const trial = ["test/report/trial.test.ts"];

/** A form in the page that answers otherwise than the program, or tells of somebody. */
export const tryIt: readonly Mutant[] = [
  {
    name: "start-with-filled-gaps",
    fault: "The form begins with a mean over gaps, as they were filled.",
    file: "report/starting-example.ts",
    find: "return share < 1 ? (mean - share * fill) / (1 - share) : fill;",
    replace: "return share < 1 ? mean : fill;",
    tests: start,
  },
  {
    name: "start-out-of-range",
    fault: "A rounded mean is beyond what the schema takes.",
    file: "report/starting-example.ts",
    find: "Math.min(highest, Math.max(lowest, rounded))",
    replace: "rounded",
    tests: start,
  },
  {
    name: "names-of-ids-in-the-page",
    fault: "Names and spellings that only files have travel with the page.",
    file: "report/example-table.ts",
    find: "({ aliases: _, spellings: __, optional: ___, ...column }) => column",
    replace: "(column) => column",
    tests: start,
  },
  {
    name: "any-other-value-a-gap",
    fault: "A value that is none of the categories counts as missing.",
    file: "report/page/read-entry.ts",
    find: "chosen === categories.length && encoder.other ? encoder.other : absent(encoder)",
    replace: "absent(encoder)",
    tests: entry,
  },
  {
    name: "fractions-for-bytes",
    fault: "A form for bytes takes fractions, which become other bytes.",
    file: "report/page/read-entry.ts",
    find: "Number.isInteger(value) && value >= 0 && value <= 255",
    replace: "value >= 0 && value <= 255",
    tests: entry,
  },
  {
    name: "form-for-scaled-pictures",
    fault: "Pictures that were scaled in training are drawn, and go unscaled into the models.",
    file: "report/trial.ts",
    find: 'element !== "float32" && scaling === null',
    replace: 'element !== "float32"',
    tests: trial,
  },
  {
    name: "more-probable-for-the-threshold",
    fault: "Of two classes the more probable one is named, whatever the threshold.",
    file: "shared/task/naming.ts",
    find: ">= threshold ? positive",
    replace: ">= 0.5 ? positive",
    tests: ["test/shared/task/finishes.test.ts"],
  },
  {
    name: "form-that-sends",
    fault: "The page's policy lets a form send what was filled in.",
    file: "report/document.ts",
    find: "; form-action 'none'",
    replace: "",
    tests: ["test/report/self-contained-page.test.ts"],
  },
];

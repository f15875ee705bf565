import { join } from "node:path";
import { datasetInvalid } from "../../../shared/errors.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { DistinctLabels } from "../distinct-labels.ts";
import { basename, dirname } from "../paths.ts";
import type { Table } from "../table.ts";
import type { DataFormat, Place, Reading } from "./format.ts";

/** Images are 32 x 32, red before green before blue (https://www.cs.toronto.edu/~kriz/cifar.html). */
const pixels = 32 * 32;
const imageBytes = 3 * pixels;

interface Version {
  readonly name: string;
  readonly train: RegExp;
  readonly test: string;
  /** Bytes before each image, each with a label, and the file of their names. */
  readonly labels: readonly { readonly name: string; readonly names: string }[];
}

const versions: readonly Version[] = [
  {
    name: "CIFAR-10",
    train: /^data_batch_\d+\.bin$/,
    test: "test_batch.bin",
    labels: [{ name: "label", names: "batches.meta.txt" }],
  },
  {
    name: "CIFAR-100",
    train: /^train\.bin$/,
    test: "test.bin",
    labels: [
      { name: "coarse", names: "coarse_label_names.txt" },
      { name: "fine", names: "fine_label_names.txt" },
    ],
  },
];

/** CIFAR's binary version. */
export const cifar: DataFormat = {
  called: "a folder of CIFAR's binary batches",
  takes: "a folder of CIFAR's binary batches",
  options: ["select"],
  nameOf: (place) => (versionIn(place) ? place.name : undefined),
  read: async (place, reading) => {
    const found = versionIn(place);
    if (!found) throw datasetInvalid(`${place.path} holds no batches of CIFAR`);
    return readBatches(place, found, reading);
  },
};

interface FoundBatches {
  readonly version: Version;
  /** Paths below the place. */
  readonly train: readonly string[];
  readonly test: string | undefined;
  readonly all: readonly string[];
}

function versionIn({ files = [] }: Place): FoundBatches | undefined {
  for (const version of versions) {
    const train = files.filter((file) => version.train.test(basename(file)));
    const folder = dirname(train[0] ?? "");
    const own = train.filter((file) => dirname(file) === folder);
    const test = files.find((file) => dirname(file) === folder && basename(file) === version.test);
    const pair = version.name === "CIFAR-10" || test !== undefined;
    if (own.length > 0 && pair) return { version, train: own, test, all: files };
  }
  return undefined;
}

async function readBatches(
  { path }: Place,
  { version, train, test, all }: FoundBatches,
  { select, origin, signal }: Reading,
): Promise<Table> {
  const choices = version.labels.map(({ name }) => name);
  const at = select === undefined ? choices.length - 1 : choices.indexOf(select);
  const chosen = version.labels[at];
  if (!chosen || (select !== undefined && choices.length === 1)) {
    throw datasetInvalid(
      `--select: ${path} is ${version.name}, ${choices.length > 1 ? `whose labels are ${choices.join(" and ")}` : "with one set of labels: leave the option out"}`,
    );
  }
  const folder = dirname(train[0] ?? "");
  const namesFile = all.find((file) => dirname(file) === folder && basename(file) === chosen.names);
  const names =
    namesFile === undefined ? undefined : await namesIn(join(path, namesFile), { origin, signal });
  const record = version.labels.length + imageBytes;
  const batches = [];
  for (const file of [...train, ...(test === undefined ? [] : [test])]) {
    const { label, bytes } = await readNamed(join(path, file), origin, signal);
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw datasetInvalid(
        `${label} has ${bytes.length} bytes, and ${version.name} ${record} an image: get it again`,
      );
    }
    batches.push({ file, bytes, count: bytes.length / record });
  }
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const x = new Uint8Array(count * imageBytes);
  const labels = new DistinctLabels();
  let row = 0;
  for (const { file, bytes, count: own } of batches) {
    for (let i = 0; i < own; i++, row++) {
      const value = bytes[i * record + at] as number;
      const name = names ? names[value] : String(value);
      if (name === undefined)
        throw datasetInvalid(
          `${path}: ${file}: image ${i} has the label ${value}, and ${chosen.names} ${names?.length} names`,
        );
      labels.add(name, () => `${file}: image ${i}`);
      const from = i * record + version.labels.length;
      for (let pixel = 0; pixel < pixels; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          x[row * imageBytes + 3 * pixel + channel] = bytes[from + channel * pixels + pixel] as number;
        }
      }
    }
  }
  return {
    label: path,
    labelColumn: `${chosen.name === "label" ? "" : `${chosen.name} `}labels`,
    featureNames: undefined,
    x,
    count,
    features: imageBytes,
    surveys: undefined,
    rowLabels: labels.rows(),
    labels: labels.labels,
    namesClasses: true,
    numbered: names === undefined,
    ...(test !== undefined && { officialTest: batches.at(-1)?.count ?? 0 }),
    notes:
      choices.length > 1 && select === undefined
        ? [`${path}: ${version.name} with its ${chosen.name} labels; --select ${choices[0]} takes the others`]
        : [],
  };
}

async function namesIn(
  path: string,
  { origin, signal }: Pick<Reading, "origin" | "signal">,
): Promise<string[]> {
  const { bytes } = await readNamed(path, origin, signal);
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

import { join, basename as lastPart, resolve } from "node:path";
import { unpublished } from "../../../mnist/mnist-set.ts";
import type { Dataset } from "../../../shared/dataset/dataset.ts";
import { type IdxPair, poolIdxSet } from "../../../shared/dataset/idx-set.ts";
import { datasetInvalid } from "../../../shared/errors.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { emnistClasses, isEmnist, upright } from "../emnist.ts";
import { findIdxPairs, type IdxPairNames, takes } from "../idx-names.ts";
import { type IdxSetNames, idxSets, isIdxName } from "../idx-sets.ts";
import type { Table } from "../table.ts";
import type { DataFormat, Place, Reading } from "./format.ts";

/** A folder of IDX files as MNIST is published, as torchvision and Kaggle unpack it. */
export const idx: DataFormat = {
  called: "a folder of IDX files, whose labels are a file of their own",
  takes: "a folder of IDX files",
  options: ["select"],
  nameOf: (place) => (place.files?.some(isIdxName) ? place.name : undefined),
  read: readIdxFolder,
};

/**
 * The set of images in a folder: MNIST where the digests are the published ones, and else a set by the folder's name.
 * @throws DatasetInvalid naming the folder or the file
 */
export async function readIdxFolder({ path, files = [] }: Place, reading: Reading): Promise<Table> {
  const { origin, signal } = reading;
  const set = chosenSet(path, idxSets(files), reading);
  const found = findIdxPairs([...set.paths.keys()]);
  if ("problem" in found) throw datasetInvalid(`${origin}: ${path} ${found.problem}`);
  const read = async ({ images, labels }: IdxPairNames): Promise<IdxPair> => ({
    images: await readNamed(join(path, set.paths.get(images) ?? images), origin, signal),
    labels: await readNamed(join(path, set.paths.get(labels) ?? labels), origin, signal),
  });
  const pairs = { train: await read(found.train), test: found.test && (await read(found.test)) };
  const others = unpublished(pairs);
  const name = lastPart(resolve(path)) || "data";
  const pooled = poolIdxSet(pairs, name, "directory");
  if (others.length === 0) return tableOf(path, { ...pooled, name: "mnist" }, []);
  if (isEmnist(set.series)) {
    return tableOf(path, emnistClasses(set.series, upright(pooled)), [
      `${path}: ${set.series} has its images transposed, and they are turned upright`,
    ]);
  }
  // several other sets are published under MNIST's names
  const looksSo = found.train.stem === "train" && found.test?.stem === "t10k";
  const note = `${path} is not the published MNIST, so its name is "${name}": another SHA-256 has ${others.join(", ")}`;
  return tableOf(path, pooled, looksSo ? [note] : []);
}

function chosenSet(path: string, sets: readonly IdxSetNames[], { select, origin }: Reading): IdxSetNames {
  const choices = sets.map(({ name }) => name).join(", ");
  if (select !== undefined) {
    const matching = sets.filter((set) => set.words.includes(select.toLowerCase()));
    const [one] = matching;
    if (one && matching.length === 1) return one;
    throw datasetInvalid(
      `--select: ${matching.length === 0 ? "no set" : "more than one set"} of ${path} is "${select}": ${choices}`,
    );
  }
  const [only] = sets;
  if (only && sets.length === 1) return only;
  throw datasetInvalid(
    `${origin}: ${path} holds ${sets.length} sets of images (${choices}), and it is open which to take: name one by --select; it ${takes}`,
  );
}

function tableOf(path: string, dataset: Dataset, notes: readonly string[]): Table {
  const { examples, classes, classNames, imageShape, officialTest, name } = dataset;
  const firsts = new Map<number, number>();
  examples.y.forEach((label, row) => {
    if (!firsts.has(label)) firsts.set(label, row);
  });
  const names = classNames ?? Array.from({ length: classes }, (_, i) => String(i));
  return {
    label: path,
    name,
    labelColumn: "labels",
    featureNames: undefined,
    ...(imageShape && { imageShape }),
    x: examples.x,
    count: examples.count,
    features: examples.features,
    surveys: undefined,
    rowLabels: Int32Array.from(examples.y),
    labels: names.map((label, i) => {
      const row = firsts.get(i);
      return { name: label, firstAt: row === undefined ? undefined : `image ${row}` };
    }),
    namesClasses: true,
    numbered: classNames === undefined,
    ...(officialTest !== undefined && { officialTest }),
    notes,
  };
}

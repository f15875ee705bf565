import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { datasetInvalid } from "../../../shared/errors.ts";
import { unreadable } from "../../../tables/named-path.ts";
import { DistinctLabels } from "../distinct-labels.ts";
import { basename, dirname } from "../paths.ts";
import type { Table } from "../table.ts";
import { decodePicture, type Picture } from "./decode-picture.ts";
import type { DataFormat, Place, Reading } from "./format.ts";

const ending = /\.(?:png|jpe?g)$/i;
/** Sizes that a message shows. */
const mostSizes = 10;
/** Folders of a data set's parts. */
const partNames = {
  train: ["train", "training"],
  val: ["val", "valid", "validation"],
  test: ["test", "testing"],
} as const;
type Part = keyof typeof partNames;

interface Found {
  readonly file: string;
  readonly label: string;
  readonly part: Part | undefined;
}

/** A folder of pictures for each class, perhaps within train and test. */
export const pictures: DataFormat = {
  called: "a folder of pictures, whose labels are the folders that they lie in",
  takes: "a folder with a folder of PNG or JPEG files for each class (train/CLASS and test/CLASS, too)",
  options: [],
  nameOf: (place) => (foundIn(place).length > 0 ? place.name : undefined),
  read: readPictures,
};

/** Training first, test last; within these by class and name. */
function foundIn({ files = [] }: Place): Found[] {
  const found = files.filter((file) => ending.test(file)).flatMap((file) => labelled(file) ?? []);
  const order: (Part | undefined)[] = [undefined, "train", "val", "test"];
  return order.flatMap((part) => found.filter((one) => one.part === part));
}

function labelled(file: string): Found | undefined {
  const label = basename(dirname(file));
  const above = dirname(dirname(file));
  if (label === "") return undefined;
  const parts = Object.entries(partNames) as [Part, readonly string[]][];
  const partOf = (folder: string) => parts.find(([, names]) => names.includes(folder.toLowerCase()))?.[0];
  // train/x.png has no class
  if (above === "" && partOf(label)) return undefined;
  return { file, label, part: partOf(basename(above)) };
}

async function readPictures(place: Place, { origin, signal }: Reading): Promise<Table> {
  const found = foundIn(place);
  const labels = new DistinctLabels();
  const read: Picture[] = [];
  const sizes = new Map<string, { count: number; first: string }>();
  for (const { file, label } of found) {
    signal?.throwIfAborted();
    await nextTurn();
    const path = join(place.path, file);
    const bytes = await readFile(path, { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw unreadable(path, origin, cause);
    });
    const picture = decodePicture(path, bytes);
    const size = `${picture.height} x ${picture.width}`;
    const same = sizes.get(size);
    sizes.set(size, { count: (same?.count ?? 0) + 1, first: same?.first ?? file });
    labels.add(label, () => file);
    // of a folder of several sizes only these are told
    if (sizes.size === 1) read.push(picture);
  }
  if (sizes.size > 1) throw differentSizes(place.path, sizes);
  return tableOf(place, found, read, labels);
}

function differentSizes(path: string, sizes: ReadonlyMap<string, { count: number; first: string }>): Error {
  const listed = [...sizes].sort(([, a], [, b]) => b.count - a.count);
  const shown = listed
    .slice(0, mostSizes)
    .map(([size, { count, first }]) => `${size} (${count}, such as ${first})`);
  const more = listed.length - shown.length;
  return datasetInvalid(
    `${path}: its pictures have ${sizes.size} sizes, in rows x columns: ${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}; ` +
      "make them one size, for example by mogrify -resize 32x32! */*.png",
  );
}

function tableOf(
  { path }: Place,
  found: readonly Found[],
  read: readonly Picture[],
  labels: DistinctLabels,
): Table {
  const [first] = read;
  if (!first) throw datasetInvalid(`${path} holds no pictures`);
  const { width, height } = first;
  const grey = read.every((picture) => picture.channels === 1);
  const features = width * height * (grey ? 1 : 3);
  const x = new Uint8Array(read.length * features);
  for (const [row, { values, channels }] of read.entries()) {
    if (grey || channels === 3) x.set(values, row * features);
    else
      for (const [pixel, value] of values.entries())
        x.fill(value, row * features + 3 * pixel, row * features + 3 * pixel + 3);
  }
  const count = read.length;
  const officialTest = found.filter(({ part }) => part === "test").length;
  const validation = found.filter(({ part }) => part === "val").length;
  const colours = `${path}: pictures of ${height} x ${width} pixels in colour, ${features} features: red, green and blue of each pixel in turn`;
  return {
    label: path,
    labelColumn: "folders",
    featureNames: undefined,
    ...(grey && { imageShape: [height, width] }),
    x,
    count,
    features,
    surveys: undefined,
    rowLabels: labels.rows(),
    labels: labels.labels,
    namesClasses: true,
    ...(officialTest > 0 && officialTest < count && { officialTest }),
    notes: [
      ...(grey ? [] : [colours]),
      ...(validation > 0
        ? [`${path}: its ${validation} pictures for validation are trained on, as the others are`]
        : []),
    ],
  };
}

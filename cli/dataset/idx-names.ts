/** The files of a pair, and what their names have in common: "train" of train-images-idx3-ubyte.gz. */
export interface IdxPairNames {
  readonly stem: string;
  readonly images: string;
  readonly labels: string;
}

export type FoundPairs = { train: IdxPairNames; test: IdxPairNames | undefined } | { problem: string };

/** STEM-images-idx3-ubyte.gz: with a dot before the type, as some archives have it, or with the type alone. */
const pattern =
  /^(?<stem>.*?)[-_.]?(?<role>images|vectors|labels)[-_.]idx\d*(?:[-_.](?:u?byte|short|int|float|double))?(?:\.gz)?$/i;

export const takes =
  'takes a pair of IDX files, such as "images-idx3-ubyte" and "labels-idx1-ubyte", or two of which one says "train" ' +
  'and the other "test" or "t10k", each gzipped (.gz) or not';

/** What a file's name says, or undefined where it is no IDX file's. */
export function idxName(file: string): { stem: string; role: "images" | "labels" } | undefined {
  const { stem, role } = pattern.exec(file)?.groups ?? {};
  if (stem === undefined || role === undefined) return undefined;
  return { stem, role: role.toLowerCase() === "labels" ? "labels" : "images" };
}

/** The one pair of a folder, or its training and its test pair; or what is missing or ambiguous about its files. */
export function findIdxPairs(files: readonly string[]): FoundPairs {
  const byStem = new Map<string, Record<"images" | "labels", string[]>>();
  for (const file of files.toSorted()) {
    const named = idxName(file);
    if (!named) continue;
    const { stem, role } = named;
    const group = byStem.get(stem) ?? { images: [], labels: [] };
    byStem.set(stem, group);
    group[role].push(file);
  }
  if (byStem.size === 0) {
    return {
      problem: `holds no IDX files; --data ${takes}, or a .csv or .safetensors file; a folder of such files, one an owner, goes with --clients`,
    };
  }
  const pairs: IdxPairNames[] = [];
  for (const [stem, { images, labels }] of byStem) {
    const chosen = { images: decompressedFirst(images), labels: decompressedFirst(labels) };
    for (const role of ["images", "labels"] as const) {
      const other = role === "images" ? labels : images;
      if (chosen[role].length === 0) {
        return { problem: `lacks the ${role} that belong to ${other.join(" and ")}; it ${takes}` };
      }
      if (chosen[role].length > 1) {
        return { problem: `has ${chosen[role].join(" and ")} for the same ${role}; leave one of them` };
      }
    }
    pairs.push({ stem, images: chosen.images[0] as string, labels: chosen.labels[0] as string });
  }
  return divided(pairs);
}

function divided(pairs: readonly IdxPairNames[]): FoundPairs {
  const [only] = pairs;
  if (only && pairs.length === 1) return { train: only, test: undefined };
  const train = pairs.find(({ stem }) => partOf(stem).part === "train");
  const test = pairs.find(({ stem }) => partOf(stem).part === "test");
  if (pairs.length === 2 && train && test && partOf(train.stem).series === partOf(test.stem).series) {
    return { train, test };
  }
  const found = pairs.map(({ images }) => images).join(", ");
  return {
    problem: `holds ${pairs.length} sets of images (${found}), and it is open which to take; it ${takes}`,
  };
}

/** What a pair is of its data set, and what remains of the name: the data set's. */
export function partOf(stem: string): { part: "train" | "test" | undefined; series: string } {
  const words = stem.toLowerCase().split(/[-_.]/);
  const part = words.includes("train") ? "train" : words.some(isTest) ? "test" : undefined;
  return { part, series: words.filter((word) => word !== "train" && !isTest(word)).join("-") };
}

function isTest(word: string): boolean {
  return word === "test" || word === "t10k";
}

/** Where a file lies beside what gunzip made of it, that one. */
function decompressedFirst(files: readonly string[]): string[] {
  return files.filter((file) => !(file.endsWith(".gz") && files.includes(file.slice(0, -".gz".length))));
}

/** The four IDX files of a data set, as MNIST names them: training images and labels, then test. */
export const idxNames = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

export type IdxName = (typeof idxNames)[number];

interface Published {
  /** Of the decompressed file, since gzip headers differ from mirror to mirror. */
  readonly sha256: string;
  /** Length of the decompressed file. */
  readonly bytes: number;
}

export const published: Readonly<Record<IdxName, Published>> = {
  "train-images-idx3-ubyte": {
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    bytes: 47_040_016,
  },
  "train-labels-idx1-ubyte": {
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    bytes: 60_008,
  },
  "t10k-images-idx3-ubyte": {
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    bytes: 7_840_016,
  },
  "t10k-labels-idx1-ubyte": {
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    bytes: 10_008,
  },
};

/** Each serves NAME.gz. */
export const publicMirrors: readonly string[] = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
];

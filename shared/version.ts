import manifest from "../package.json" with { type: "json" };

/** Version of this package: of the command line, and of the functions that a stack was deployed with. */
export const { version } = manifest;

/** Of the records in the bucket: raised when a version writes what the one before it would misread. */
export const recordFormat = 5;

/** Of training, evaluation and aggregation: raised when the same configuration comes to other bits. */
export const arithmetic = 2;

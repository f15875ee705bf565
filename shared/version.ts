import manifest from "../package.json" with { type: "json" };

/** Version of this package: of the command line, and of the functions that a stack was deployed with. */
export const { version } = manifest;

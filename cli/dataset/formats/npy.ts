import { join } from "node:path";
import { datasetInvalid } from "../../../shared/errors.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { basename } from "../paths.ts";
import { arraysTable } from "./arrays.ts";
import { type DataFormat, nameWithout } from "./format.ts";
import { decodeNpy } from "./npy-array.ts";

const ending = /\.npy(?:\.gz)?$/i;

/** What numpy.save writes: an array a file, so that examples and labels are a folder. */
export const npy: DataFormat = {
  called: "a folder of .npy files",
  takes: "a folder of .npy files, such as x.npy and y.npy",
  options: ["label", "select"],
  nameOf: (place) =>
    place.files
      ? place.files.some((file) => ending.test(file))
        ? place.name
        : undefined
      : nameWithout(place, "npy"),
  read: async ({ path, files }, reading) => {
    if (!files) {
      throw datasetInvalid(
        `${path} is one array, and examples and labels are two: name the folder of both, such as x.npy and y.npy, or write ` +
          "them by numpy.savez",
      );
    }
    const arrays = new Map(
      files
        .filter((file) => ending.test(file))
        .map((file) => {
          const read = async () => {
            const { label, bytes } = await readNamed(join(path, file), reading.origin, reading.signal);
            return decodeNpy(label, bytes);
          };
          return [basename(file).replace(ending, ""), read] as const;
        }),
    );
    return arraysTable(path, arrays, reading);
  },
};

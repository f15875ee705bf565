import { datasetInvalid } from "../../../shared/errors.ts";
import { basename } from "../paths.ts";
import type { DataFormat } from "./format.ts";

/** Files of the Python version, which have no ending. */
const pickles = ["data_batch_1", "data_batch_2", "test_batch", "batches.meta", "train", "test", "meta"];

/** CIFAR's Python version: a pickle is a program, which nobody should run for whoever made the file. */
export const cifarPickles: DataFormat = {
  called: "a folder of CIFAR's pickles",
  takes: "",
  options: [],
  nameOf: ({ name, files }) => {
    const names = files?.map(basename) ?? [];
    const there = pickles.filter((pickle) => names.includes(pickle));
    return there.length >= 3 ? name : undefined;
  },
  read: async ({ path }) => {
    throw datasetInvalid(
      `${path} has CIFAR's Python version, whose files are pickles, programs that fedstep does not run: take the binary ` +
        "version from the same page (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz), or write x and y by numpy.savez",
    );
  },
};

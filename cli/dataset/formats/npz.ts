import { readNamed } from "../../../tables/named-path.ts";
import { arraysTable } from "./arrays.ts";
import { type DataFormat, nameWithout } from "./format.ts";
import { decodeNpy } from "./npy-array.ts";
import { zipEntries } from "./zip.ts";

/** What numpy.savez writes: a ZIP archive of .npy files. */
export const npz: DataFormat = {
  called: "an .npz file",
  takes: ".npz",
  options: ["label", "select"],
  nameOf: (place) => nameWithout(place, "npz"),
  read: async ({ path }, reading) => {
    const { label, bytes } = await readNamed(path, reading.origin, reading.signal);
    const entries = zipEntries(label, bytes).filter(({ name }) => name.endsWith(".npy"));
    const arrays = new Map(
      entries.map((entry) => {
        const name = entry.name.slice(0, -".npy".length);
        return [name, async () => decodeNpy(`${label}: array "${name}"`, await entry.read())] as const;
      }),
    );
    return arraysTable(label, arrays, reading);
  },
};

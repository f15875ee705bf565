import { readNamed } from "../../../tables/named-path.ts";
import { readSafetensorsTable } from "../safetensors-table.ts";
import { type DataFormat, nameWithout } from "./format.ts";

export const safetensors: DataFormat = {
  called: "a safetensors file, whose labels are its tensor y",
  takes: ".safetensors",
  options: [],
  nameOf: (place) => nameWithout(place, "safetensors"),
  read: async ({ path }, { origin, signal }) => readSafetensorsTable(await readNamed(path, origin, signal)),
};

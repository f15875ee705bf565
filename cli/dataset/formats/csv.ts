import { readCsvTable } from "../csv-table.ts";
import { type DataFormat, nameWithout } from "./format.ts";

export const csv: DataFormat = {
  called: "a CSV file",
  takes: ".csv",
  options: ["label", "csv"],
  nameOf: (place) => nameWithout(place, "csv"),
  read: ({ path }, { label, csv: said, origin, signal }) =>
    readCsvTable({ label: path, path, origin }, label, { said, signal }),
};

import { CsvFault } from "./csv-fault.ts";

const ascii = (text: string) => [...Buffer.from(text, "latin1")];

/** What files that are no tables of text begin with, and what to do about each. */
const kinds: readonly { readonly begins: readonly number[]; readonly is: string; readonly change: string }[] =
  [
    {
      begins: ascii("PK\x03\x04"),
      is: "a ZIP archive, as workbooks of Excel (.xlsx) are",
      change: "save the sheet as CSV, or unpack it",
    },
    { begins: [0xd0, 0xcf, 0x11, 0xe0], is: "a workbook of Excel (.xls)", change: "save the sheet as CSV" },
    { begins: ascii("PAR1"), is: "Parquet", change: "call it .parquet" },
    { begins: ascii("%PDF"), is: "a PDF", change: "export the table as CSV" },
    { begins: ascii("\x93NUMPY"), is: "a NumPy array", change: "call it .npy" },
    { begins: ascii("SQLite format 3"), is: "a database of SQLite", change: "export the table as CSV" },
    { begins: ascii("ARROW1"), is: "Arrow or Feather", change: "write it as CSV or Parquet" },
    { begins: [0x28, 0xb5, 0x2f, 0xfd], is: "compressed by zstd", change: "decompress it" },
    { begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a], is: "compressed by xz", change: "decompress it" },
    { begins: ascii("BZh"), is: "compressed by bzip2", change: "decompress it" },
  ];
const html = /^\s*<(?:!doctype|html|\?xml|table)\b/i;
const json = /^\s*(?:\[\s*)?\{\s*"/;

/** @throws CsvFault where a file begins as one of another kind does: read as text, it would be refused by something odd */
export function refuseOtherKind(sample: Uint8Array): void {
  const known = kinds.find(({ begins }) => begins.every((byte, at) => sample[at] === byte));
  if (known) throw new CsvFault(`is no CSV, but ${known.is}: ${known.change}`);
  const text = Buffer.from(sample.subarray(0, 200)).toString("latin1");
  if (html.test(text))
    throw new CsvFault("is no CSV, but HTML or XML: download the table itself, and not the page around it");
  if (json.test(text)) throw new CsvFault("is no CSV, but JSON: write its records as a table");
}

import { isoDay, type Patient, patients, since1970 } from "./people.ts";

/** Each owner's patients: a, b and c. */
export const owners = [patients(1, 60), patients(2, 50), patients(3, 40)] as const;
export const everybody = owners.flat();

/** How one owner writes its table. */
export interface Writing {
  readonly header: readonly string[];
  readonly row: (patient: Patient) => readonly (string | number)[];
  readonly delimiter?: string;
  readonly end?: string;
  readonly before?: string;
  readonly behind?: string;
  readonly encode?: (text: string) => Uint8Array;
}

export function written(
  { header, row, delimiter = ",", end = "\n", before = "", behind = "", encode }: Writing,
  of: readonly Patient[],
) {
  const text = `${before}${[header, ...of.map(row)].map((fields) => fields.join(delimiter)).join(end)}${end}${behind}`;
  return encode ? encode(text) : Buffer.from(text);
}

/** What the model is to see of a patient: by the name of each feature. */
type Features = Readonly<Record<string, (patient: Patient, owner: number) => number>>;

export interface Row {
  readonly what: string;
  readonly writings: readonly [Writing, Writing, Writing];
  readonly features: Features;
  /** Of the patients' targets, 0 and 1 where they are not the numbers themselves. */
  readonly target?: (patient: Patient) => number;
  /** The same as one owner has it wrongly, by what is done to its text, and all that is to be told. */
  readonly bad: readonly [owner: number, damage: (text: string) => string, told: readonly RegExp[]];
}

export const y = (patient: Patient) => (patient.ill ? 1 : 0);
const plain: Writing = { header: ["age", "y"], row: (p) => [p.age, y(p)] };
const age: Features = { age: (p) => p.age };
const comma = (value: number) => String(value).replace(".", ",");

/** Replaces line n, from 1, by what a function makes of it. */
const line = (n: number, change: (text: string) => string) => (text: string) =>
  text.replace(
    new RegExp(`^((?:[^\\n]*\\n){${n - 1}})([^\\n]*)`),
    (_, before, one) => `${before}${change(one)}`,
  );
const both =
  (...changes: readonly ((text: string) => string)[]) =>
  (text: string) =>
    changes.reduce((changed, change) => change(changed), text);

export const rows: readonly Row[] = [
  {
    what: "semicolons, tabs and decimal commas, with a byte order mark and CRLF",
    writings: [
      plain,
      { ...plain, row: (p) => [comma(p.age), y(p)], delimiter: ";", end: "\r\n", before: "\ufeff" },
      { ...plain, delimiter: "\t" },
    ],
    features: age,
    bad: [
      1,
      both(
        line(4, () => "1.234,5;0\r"),
        line(6, () => "2.345,6;1\r"),
      ),
      [
        /2 problems:\n\s*line 4, column "age": is "1\.234,5": write numbers without marks between thousands/,
        /\n\s*line 6, column "age": is "2\.345,6": write/,
      ],
    ],
  },
  {
    what: "text columns, in other capitals and with blanks",
    writings: [
      { header: ["age", "sex", "ward", "y"], row: (p) => [p.age, p.sex, p.ward, y(p)] },
      { header: ["age", "sex", "ward", "y"], row: (p) => [p.age, ` ${p.sex} `, `"${p.ward}"`, y(p)] },
      {
        header: ["age", "sex", "ward", "y"],
        row: (p) => [p.age, p.sex.toUpperCase(), p.ward === "icu" ? "ICU" : p.ward, y(p)],
      },
    ],
    features: {
      ...age,
      ...Object.fromEntries(
        ["f", "m", "other"].map((sex) => [`sex = ${sex}`, (p: Patient) => (p.sex === sex ? 1 : 0)]),
      ),
      ...Object.fromEntries(
        ["icu", "lab", "surgery", "other"].map((ward) => [
          `ward = ${ward}`,
          (p: Patient) => (p.ward === ward ? 1 : 0),
        ]),
      ),
    },
    bad: [
      0,
      both(
        line(3, (text) => text.replace(/^[^,]*/, "old")),
        line(5, () => "50,f"),
      ),
      [/line 3, column "age": is "old" among numbers: mend it/, /line 5 has 2 fields, and the header 4/],
    ],
  },
  {
    what: "empty cells and NA",
    writings: [
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? "", y(p)] },
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? "NA", y(p)] },
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? '"?"', y(p)] },
    ],
    features: {
      ...age,
      // until scaling knows the mean
      crp: (p) => p.crp ?? 0,
      "crp is missing": (p) => (p.crp === undefined ? 1 : 0),
    },
    bad: [
      2,
      both(
        line(2, (text) => text.replace(/\d$/, "")),
        line(7, (text) => text.replace(/\d$/, "NA")),
        line(9, () => "40,missing,1"),
      ),
      [
        /line 2, column "y": is a gap/,
        /line 7, column "y": is a gap/,
        /line 9, column "crp": is "missing" among numbers: .*leave it empty where it stands for a gap/,
      ],
    ],
  },
  {
    what: "dates",
    writings: [
      { header: ["age", "admitted", "y"], row: (p) => [p.age, isoDay(p.day), y(p)] },
      { header: ["admitted", "age", "y"], row: (p) => [`"${isoDay(p.day)}"`, p.age, y(p)] },
      { header: ["age", "admitted", "y"], row: (p) => [p.age, isoDay(p.day), y(p)] },
    ],
    features: { ...age, admitted: (p) => since1970(p.day) },
    bad: [
      1,
      both(
        line(2, (text) => text.replace(/"[^"]*"/, "31.01.2026")),
        line(3, (text) => text.replace(/"[^"]*"/, "01/31/2026 10:15")),
        line(4, (text) => text.replace(/"[^"]*"/, "2026-02-30")),
      ),
      [
        /line 2, column "admitted": is "31\.01\.2026" among dates.*: write dates as 2026-01-31/,
        /line 3, column "admitted": is "01\/31\/2026 10:15" among dates.*without a time of day/,
        /line 4, column "admitted": is "2026-02-30"/,
      ],
    ],
  },
  {
    what: "ids, and codes whose zeros one file lost",
    writings: [
      { header: ["id", "age", "code", "y"], row: (p) => [p.id, p.age, `00${p.code}`, y(p)] },
      { header: ["id", "age", "code", "y"], row: (p) => [p.id, p.age, `"00${p.code}"`, y(p)] },
      { header: ["id", "age", "code", "y"], row: (p) => [p.id, p.age, p.code, y(p)] },
    ],
    features: {
      ...age,
      ...Object.fromEntries(
        [0, 1, 2, 3].map((code) => [`code = 00${code}`, (p: Patient) => (p.code === code ? 1 : 0)]),
      ),
      "code = other": () => 0,
    },
    bad: [
      0,
      (text: string) => text.replace("id,age,code", "id,age,age"),
      [/columns 2 and 3 of the header have the same name, "age": rename one/],
    ],
  },
  {
    what: "a column that one owner lacks",
    writings: [
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? "", y(p)] },
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? "", y(p)] },
      plain,
    ],
    features: {
      ...age,
      crp: (p, owner) => (owner === 2 ? 0 : (p.crp ?? 0)),
      "crp is missing": (p, owner) => (owner === 2 || p.crp === undefined ? 1 : 0),
    },
    bad: [
      2,
      (text: string) => text.replace("age,y", "age,sick"),
      [/has no column "y", which --label names; it has "age", "sick"/],
    ],
  },
  {
    what: "headers in other case, other order and with blanks",
    writings: [
      { header: ["age", "crp", "y"], row: (p) => [p.age, p.crp ?? 0, y(p)] },
      { header: [" Y ", "CRP", "Age"], row: (p) => [y(p), p.crp ?? 0, p.age] },
      { header: ["Crp", "AGE", '"y"'], row: (p) => [p.crp ?? 0, p.age, y(p)] },
    ],
    features: { ...age, crp: (p) => p.crp ?? 0 },
    bad: [
      1,
      (text: string) => text.replace("CRP", "age"),
      [/columns 2 and 3, "age" and "Age", differ in capitals alone.*: rename one/],
    ],
  },
  {
    what: "0/1 here and yes/no there, in the label and in a feature",
    writings: [
      { header: ["age", "smoker", "y"], row: (p) => [p.age, p.smoker ? 1 : 0, y(p)] },
      { header: ["age", "smoker", "y"], row: (p) => [p.age, p.smoker ? "yes" : "no", p.ill ? "Yes" : "No"] },
      {
        header: ["age", "smoker", "y"],
        row: (p) => [p.age, p.smoker ? "1.0" : "0.0", p.ill ? "TRUE" : "FALSE"],
      },
    ],
    features: {
      ...age,
      "smoker = 0": (p) => (p.smoker ? 0 : 1),
      "smoker = 1": (p) => (p.smoker ? 1 : 0),
      "smoker = other": () => 0,
    },
    bad: [
      1,
      line(8, (text) => text.replace(/[^,]*$/, "")),
      [/line 8, column "y": is a gap: every row needs a label/],
    ],
  },
  {
    what: "a target that is a number",
    writings: [
      { header: ["age", "y"], row: (p) => [p.age, p.stay] },
      { header: ["age", "y"], row: (p) => [comma(p.age), comma(p.stay)], delimiter: ";" },
      { header: ["y", "age"], row: (p) => [p.stay, p.age], delimiter: "\t" },
    ],
    features: age,
    target: (p) => Math.fround(p.stay),
    bad: [0, line(2, () => "40,"), [/line 2, column "y": is a gap/]],
  },
  {
    what: "UTF-16, blank lines, quotes everywhere and a label with an umlaut in Windows-1252",
    writings: [
      {
        ...plain,
        row: (p) => [p.age, p.ill ? "größer" : "kleiner"],
        encode: (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
      },
      { ...plain, row: (p) => [`"${p.age}"`, p.ill ? '"größer"' : '"kleiner"'], behind: "\n\n" },
      {
        ...plain,
        row: (p) => [p.age, p.ill ? "größer" : "kleiner"],
        encode: (text) => Buffer.from(text, "latin1"),
      },
    ],
    features: age,
    target: (p) => (p.ill ? 0 : 1),
    bad: [
      1,
      (text: string) => `${text}Total,105\n`,
      [/line 54, the last one, has "Total": take a line of sums out/],
    ],
  },
];

import { exp, ln } from "../../shared/partition/elementary.ts";
import { type RandomStream, randomStream } from "../../shared/random.ts";

/** One hospital's patients, none of whom exists: its first line the columns. */
export interface HospitalTable {
  readonly name: string;
  readonly header: readonly string[];
  /** As its file has them: an empty cell is a gap. */
  readonly rows: readonly (readonly string[])[];
}

interface Hospital {
  readonly name: string;
  readonly patients: number;
  /** Years in the mean. */
  readonly age: number;
  /** Share of cells of the blood test that are gaps. */
  readonly gaps: number;
  /** Shares of those who come by emergency, transfer, referral. */
  readonly ways: readonly [number, number, number];
}

const hospitals: readonly Hospital[] = [
  { name: "alder", patients: 2600, age: 66, gaps: 0.05, ways: [0.5, 0.2, 0.3] },
  { name: "birch", patients: 1900, age: 58, gaps: 0.15, ways: [0.2, 0.2, 0.6] },
  { name: "cedar", patients: 1500, age: 71, gaps: 0.1, ways: [0.6, 0.3, 0.1] },
  { name: "dogwood", patients: 1100, age: 62, gaps: 0.25, ways: [0.3, 0.5, 0.2] },
  { name: "elm", patients: 900, age: 55, gaps: 0.08, ways: [0.4, 0.1, 0.5] },
];

const header = [
  "patient",
  "age",
  "sex",
  "way_in",
  "admitted",
  "crp_mg_l",
  "creatinine_umol_l",
  "died",
  "days",
];
const ways = ["emergency", "transfer", "referral"] as const;
/** What each adds to the log odds of dying, and to the days. */
const [riskByWay, daysByWay] = [[0.9, 0.4, -0.6] as const, [2, 3.5, 0] as const];

/**
 * Five hospitals with text, gaps and dates, 5 to 10 per cent of whose patients die, and how many days each stays: the same bits
 * on any machine. Risk and days are linear in some columns and not in others, gaps come more often of those who are well.
 */
export function hospitalTables(): HospitalTable[] {
  return hospitals.map((hospital, number) => {
    const random = randomStream(7, "demo", number);
    const rows = Array.from({ length: hospital.patients }, (_, row) => [
      `${hospital.name[0]?.toUpperCase()}${100_000 + 7 * row + random.below(7)}`,
      ...patient(hospital, random),
    ]);
    return { name: hospital.name, header, rows };
  });
}

function patient({ age: mean, gaps, ways: shares }: Hospital, random: RandomStream): string[] {
  const age = Math.min(98, Math.max(18, mean + 14 * normal(random)));
  const male = random.unit() < 0.52;
  const drawn = random.unit();
  const way = drawn < shares[0] ? 0 : drawn < shares[0] + shares[1] ? 1 : 2;
  const month = 1 + random.below(12);
  const day = 1 + random.below(28);
  const crp = exp(3 + 1.1 * normal(random));
  const creatinine = 60 + 0.4 * age + 22 * exp(0.5 * normal(random));
  const winter = month <= 2 || month === 12;
  const risk =
    -3.6 +
    0.045 * (age - 60) +
    riskByWay[way] +
    0.55 * (ln(crp) - 3) +
    0.008 * (creatinine - 110) +
    (winter ? 0.3 : 0) +
    (age > 80 && crp > 60 ? 0.8 : 0) +
    (male ? 0.2 : 0);
  const dies = random.unit() < 1 / (1 + exp(-risk));
  const days = Math.max(
    0.5,
    4 +
      0.06 * (age - 60) +
      daysByWay[way] +
      0.9 * (ln(crp) - 3) +
      0.02 * (creatinine - 110) +
      1.6 * normal(random),
  );
  const cell = (value: number, digits: number) =>
    random.unit() < (dies ? gaps / 2 : gaps) ? "" : value.toFixed(digits);
  return [
    age.toFixed(1),
    male ? "m" : "f",
    ways[way],
    `2025-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
    cell(crp, 2),
    cell(creatinine, 1),
    dies ? "yes" : "no",
    days.toFixed(2),
  ];
}

/** Nearly normal, mean 0 and deviation 1: a sum of twelve uniform numbers, whose bits no machine's logarithm changes. */
function normal(random: RandomStream): number {
  let sum = -6;
  for (let drawn = 0; drawn < 12; drawn++) sum += random.unit();
  return sum;
}

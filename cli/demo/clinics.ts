import { type RandomStream, randomStream } from "../../shared/random.ts";

/** A table of patients who do not exist. */
export interface Clinic {
  /** As an owner is called, and its file. */
  readonly name: string;
  /** CSV, its first line the columns. */
  readonly csv: string;
}

/** Who comes to a hospital: means of what differs between hospitals. */
interface Population {
  readonly name: string;
  readonly patients: number;
  /** Years. */
  readonly age: number;
  /** Percent of the blood that a heartbeat ejects. */
  readonly ejection: number;
  /** µmol/l: kidneys that work badly keep it in the blood. */
  readonly creatinine: number;
  readonly diabetic: number;
}

const populations: readonly Population[] = [
  { name: "harbour", patients: 860, age: 67, ejection: 48, creatinine: 95, diabetic: 0.25 },
  { name: "hillside", patients: 540, age: 59, ejection: 51, creatinine: 85, diabetic: 0.15 },
  { name: "lakeside", patients: 380, age: 71, ejection: 45, creatinine: 115, diabetic: 0.35 },
  { name: "old-town", patients: 310, age: 62, ejection: 47, creatinine: 150, diabetic: 0.5 },
];

const columns = [
  ...["patient", "age_years", "male", "systolic_mmhg", "heart_rate_per_min", "ejection_fraction_percent"],
  ...["creatinine_umol_l", "nt_probnp_ng_l", "ldl_mmol_l", "diabetes", "readmitted"],
];

/** Share of outcomes that no measurement tells. */
const labelNoise = 0.05;

/**
 * Four hospitals' heart patients, and whether each came back within a year: made up, the same bits on any machine. The
 * hospitals differ in size and in who comes to them, so that each alone sees a part of what all of them see.
 */
export function clinics(): Clinic[] {
  return populations.map((population, number) => {
    const random = randomStream(1, "demo", number);
    const lines = Array.from({ length: population.patients }, (_, row) =>
      patient(population, random, `HN-${100_000 * (number + 1) + 37 * row + random.below(37)}`),
    );
    return {
      name: population.name,
      csv: `${[columns, ...lines].map((fields) => fields.join()).join("\n")}\n`,
    };
  });
}

function patient(population: Population, random: RandomStream, id: string): string[] {
  const age = between(20, population.age + 11 * normal(random), 99);
  const male = random.unit() < 0.55;
  const systolic = between(80, 132 + 17 * normal(random), 220);
  const heartRate = between(40, 76 + 13 * normal(random), 170);
  const ejection = between(12, population.ejection + 10 * normal(random), 75);
  const creatinine = between(35, population.creatinine * (1 + 0.3 * normal(random)), 700);
  // a failing heart, age and bad kidneys raise it, to the square
  const root =
    14 + 0.55 * (60 - ejection) + 0.12 * (age - 60) + 0.03 * (creatinine - 90) + 6 * normal(random);
  const probnp = between(20, root * root, 35_000);
  const ldl = between(0.6, 3 + 0.9 * normal(random), 8);
  const diabetes = random.unit() < population.diabetic;
  const risk =
    0.05 * (age - 66) +
    0.09 * (46 - ejection) +
    0.012 * (creatinine - 110) +
    0.0006 * (probnp - 500) +
    0.03 * Math.abs(heartRate - 70) +
    (systolic < 105 ? 0.8 : 0) +
    (diabetes && creatinine > 120 ? 0.9 : 0) -
    0.6;
  const readmitted = risk + 0.5 * normal(random) > 0 !== random.unit() < labelNoise;
  return [
    id,
    age.toFixed(1),
    male ? "1" : "0",
    systolic.toFixed(0),
    heartRate.toFixed(0),
    ejection.toFixed(1),
    creatinine.toFixed(2),
    probnp.toFixed(2),
    ldl.toFixed(2),
    diabetes ? "1" : "0",
    readmitted ? "yes" : "no",
  ];
}

const between = (lowest: number, value: number, highest: number) =>
  Math.min(highest, Math.max(lowest, value));

/** Nearly normal, mean 0 and deviation 1: a sum of twelve uniform numbers, whose bits no machine's logarithm changes. */
function normal(random: RandomStream): number {
  let sum = -6;
  for (let drawn = 0; drawn < 12; drawn++) sum += random.unit();
  return sum;
}

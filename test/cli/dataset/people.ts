/** A row as its owner knows it, before it is written in whichever way. */
export interface Patient {
  readonly id: string;
  /** Years, to a tenth. */
  readonly age: number;
  readonly sex: "f" | "m";
  readonly ward: "icu" | "lab" | "surgery";
  readonly smoker: boolean;
  /** Milligrams a litre; undefined where nobody measured it. */
  readonly crp: number | undefined;
  /** Days since 2025-01-01. */
  readonly day: number;
  /** Of four units, 0 to 3. */
  readonly code: number;
  readonly ill: boolean;
  /** Days of stay. */
  readonly stay: number;
}

/** Numbers below 1, the same in every run: a linear congruential generator (Numerical Recipes). */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Patients of one owner. Who is older, smokes, or has much CRP, is ill; the stay is linear in age and ward.
 * @param bound above which the score is one of the ill: 2.2 makes about a quarter ill
 */
export function patients(owner: number, count: number, bound = 2.2): Patient[] {
  const unit = stream(1000 + owner);
  return Array.from({ length: count }, (_, at) => {
    const age = Math.round(200 + 600 * unit()) / 10;
    const sex = unit() < 0.5 ? "f" : "m";
    const ward = (["icu", "lab", "surgery"] as const)[Math.floor(3 * unit())] ?? "lab";
    const smoker = unit() < 0.3;
    const measured = Math.round(10 + 1990 * unit()) / 10;
    const crp = unit() < 0.1 ? undefined : measured;
    const score = (age - 50) / 10 + (smoker ? 1 : 0) + (measured - 100) / 100 + (ward === "icu" ? 1 : 0);
    return {
      id: `P${owner}${String(at).padStart(4, "0")}`,
      ...{ age, sex, ward, smoker, crp },
      day: Math.floor(365 * unit()),
      code: Math.floor(4 * unit()),
      ill: score > bound,
      stay: Math.round(10 * (2 + age / 10 + (ward === "icu" ? 4 : 0) + unit())) / 10,
    };
  });
}

const msOfDay = 86_400_000;

/** As 2025-03-01. */
export const isoDay = (day: number) =>
  new Date(Date.UTC(2025, 0, 1) + day * msOfDay).toISOString().slice(0, 10);
/** Days since 1970. */
export const since1970 = (day: number) => Date.UTC(2025, 0, 1) / msOfDay + day;

import type { Unchecked } from "./audit.ts";
import type { Verification } from "./verify-run.ts";

/** What a verification has found, for people: what is wrong first, and then how far it could look. */
export function verificationText(run: string, verification: Verification): string {
  const { rounds, replayed, findings, recomputed, byDigest, unchecked, chainSha256 } = verification;
  const wrong = findings.map(({ key, problem }) => `${key}: ${problem}`);
  return [
    ...wrong,
    ...(wrong.length > 0 ? [""] : []),
    ...listed("computed again and compared", recomputed),
    ...listed("compared by digest only", byDigest),
    ...listed("could not be checked", unchecked.map(spokenUnchecked)),
    `run ${run}${standing(verification)}: ${rounds} rounds checked, ${replayed} of them computed again from their updates`,
    ...(wrong.length === 0 ? ["every object is what the others say of it"] : []),
    ...(chainSha256 === undefined ? [] : [`chain sha256 ${chainSha256}`]),
  ].join("\n");
}

function standing({ ended, status }: Verification): string {
  if (ended) return "";
  return status === null ? ", which has no result" : `, which has no result and is ${status}`;
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), ""];
}

function spokenUnchecked({ objects, fields, why }: Unchecked): string {
  return `${[objects, ...(fields ? [fields.join(", ")] : [])].join(": ")}: ${why}`;
}

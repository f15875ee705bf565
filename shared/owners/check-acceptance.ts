import { agreementInvalid } from "../errors.ts";
import { heldOutOf } from "../partition/partition.ts";
import { visible } from "../visible.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, agreementSha256, memberOf } from "./agreement.ts";
import { type Column, featuresOf } from "./data-schema.ts";
import type { ToldExamples } from "./description.ts";
import type { Signed } from "./signed.ts";

/**
 * Whether an acceptance, whose signature has been verified, is a member's of this version, and tells of data that it can be of.
 * @param called how messages call it
 * @throws AgreementInvalid
 */
export function checkAcceptance(agreed: Agreement, accepted: Signed<Acceptance>, called: string): void {
  const { agreement, name } = accepted.content;
  const { federation, version } = agreed;
  const refuse = (why: string) => agreementInvalid(`${called}: ${why}`);
  if (
    agreement.federation !== federation ||
    agreement.version !== version ||
    agreement.sha256 !== agreementSha256(agreed)
  ) {
    throw refuse(`accepts another agreement than version ${version} of ${federation}`);
  }
  if (memberOf(agreed, accepted.key)?.name !== name) {
    throw refuse(`is signed by nobody whom the agreement calls ${name}`);
  }
  const problem = falseDescription(agreed, accepted.content.description);
  if (problem !== undefined) throw refuse(`${name} ${problem}`);
}

type Moments = NonNullable<ToldExamples["moments"]>;

/** Why nobody's examples can be as they are told to be, in words that follow a name; undefined where they can. */
export function falseDescription(
  { schema, config }: Pick<Agreement, "schema" | "config">,
  { train, heldOut, labels, moments }: ToldExamples,
): string | undefined {
  const held = heldOutOf(train + heldOut, config.dataset.heldOut);
  if (heldOut !== held)
    return `holds out ${heldOut} of ${train + heldOut} examples, and ${held} were agreed upon`;
  const classes = schema.label.classes.length;
  if (labels && [labels.all, labels.heldOut].some(({ length }) => length !== classes)) {
    return `counts other classes than the ${classes} agreed upon`;
  }
  const features = featuresOf(schema).length;
  if (moments && [moments.sums, moments.squares].some(({ length }) => length !== features)) {
    return `has sums of other features than the ${features} agreed upon`;
  }
  const impossible = moments ? impossibleSums(featuresOf(schema), moments, train) : [];
  return impossible.length > 0 ? impossible.join("; ") : undefined;
}

/** What no numbers come to, or none within the agreed ranges: an owner's sums could make a column count for nothing. */
function impossibleSums(features: readonly Column[], moments: Moments, count: number): string[] {
  const named = (strays: readonly Column[]) => strays.map(({ name }) => visible(name)).join(", ");
  const beyond = features.filter(({ range }, at) => range && !within(range, at, moments, count));
  const never = features.filter((one, at) => !beyond.includes(one) && !possible(at, moments, count));
  return [
    ...(never.length > 0 ? [`has sums that no numbers have: ${named(never)}`] : []),
    ...(beyond.length > 0
      ? [`has sums that no numbers within the agreed ranges have: ${named(beyond)}`]
      : []),
  ];
}

/** Largest number of float32, in which examples are kept. */
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** Whether so many float32 numbers can have a feature's sums: (sum x)^2 <= n sum x^2 <= (n largest)^2, but for rounding. */
function possible(at: number, { sums, squares }: Moments, count: number): boolean {
  const [sum, square] = [sums[at] ?? 0, squares[at] ?? 0];
  const slack = 1 + 1e-9;
  return sum * sum <= slack * count * square && square <= slack * count * largestFloat32 ** 2;
}

/** Whether a feature's sums can be those of as many numbers within a range, but for rounding. */
function within(
  [lowest, highest]: readonly [number, number],
  at: number,
  { sums, squares }: Moments,
  count: number,
): boolean {
  const [sum, square] = [sums[at] ?? 0, squares[at] ?? 0];
  const largest = Math.max(Math.abs(lowest), Math.abs(highest));
  // by which a number of float32 may lie beyond what it was rounded from, which is within
  const beyond = 2 ** -23 * largest;
  const slack = count * beyond;
  // (x - lowest) (highest - x) >= 0 for each of them; its terms are far larger than it where the range is far from zero
  const spread = (lowest + highest) * sum - count * lowest * highest;
  const spreadSlack = count * (beyond * (highest - lowest + beyond) + 1e-12 * largest ** 2);
  return sum >= count * lowest - slack && sum <= count * highest + slack && square <= spread + spreadSlack;
}

import { agreementInvalid } from "../errors.ts";
import { heldOutOf } from "../partition/partition.ts";
import { visible } from "../visible.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, agreementSha256, memberOf } from "./agreement.ts";
import { featuresOf } from "./data-schema.ts";
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
  const problem = falseDescription(agreed, accepted.content);
  if (problem !== undefined) throw refuse(problem);
}

function falseDescription({ schema, config }: Agreement, { description }: Acceptance): string | undefined {
  const { train, heldOut, labels, moments } = description;
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
  const strays =
    moments && featuresOf(schema).filter(({ range }, at) => range && !within(range, at, moments, train));
  if (strays?.length) {
    return `has sums that no numbers within the agreed ranges have: ${strays.map(({ name }) => visible(name)).join(", ")}`;
  }
  // what no numbers have: (sum x)^2 <= n sum x^2, but for rounding
  const impossible = moments?.sums.some(
    (sum, at) => sum * sum > (1 + 1e-9) * train * (moments.squares[at] ?? 0),
  );
  return impossible ? "has sums that no numbers have" : undefined;
}

/** Whether a feature's sums can be those of as many numbers within a range, but for rounding. */
function within(
  [lowest, highest]: readonly [number, number],
  at: number,
  { sums, squares }: NonNullable<Acceptance["description"]["moments"]>,
  count: number,
): boolean {
  const [sum, square] = [sums[at] ?? 0, squares[at] ?? 0];
  const largest = Math.max(lowest ** 2, highest ** 2);
  const slack = 1e-6 * count * Math.max(1, largest);
  return sum >= count * lowest - slack && sum <= count * highest + slack && square <= count * largest + slack;
}

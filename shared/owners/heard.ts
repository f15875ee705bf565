import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { keyRevoked, statementReplayed } from "../errors.ts";
import { sha256 } from "../workflow/fields.ts";
import { fingerprintOf, signingKey } from "./identity.ts";
import type { Signed } from "./signed.ts";

/**
 * The number of a statement that an owner mails: that of its entry in the owner's log, so that each is higher than those
 * before, whatever file they are in.
 */
export const statementNumber = z.int().positive();

/** What a coordinator has taken in last of a key. */
export const heardStatement = z.strictObject({
  key: signingKey,
  statement: statementNumber,
  /** Of the statement as it was signed. */
  sha256,
  /** Whose place it has left to: nothing that it signs counts any more. */
  replacedBy: signingKey.optional(),
  /** That it is lost, or somebody else has it: nothing that it signs counts any more. */
  revoked: z.literal(true).optional(),
});

export type HeardStatement = Readonly<z.output<typeof heardStatement>>;

type Numbered = Signed<{ readonly statement: number }>;

/**
 * The statements of all keys with one more, whose signature has been verified.
 * @param called how messages call its owner
 * @returns the same list where it is the one that was taken in last
 * @throws StatementReplayed where a later one was taken in, or another one of its number; KeyRevoked
 */
export function withHeard(
  heard: readonly HeardStatement[],
  signed: Numbered,
  called: string,
): readonly HeardStatement[] {
  const { key, content } = signed;
  assertKeyCounts(heard, key, called);
  const { statement } = content;
  const sha256 = canonicalSha256(signed);
  const before = heard.find((one) => one.key === key);
  if (before && statement <= before.statement) {
    if (before.sha256 === sha256) return heard;
    throw statementReplayed(
      `${called}: this is statement ${statement} of that key, and its statement ${before.statement} has been taken in. An older ` +
        "file counts no more: have the owner make a new one. If it made this one just now, its home was brought back from a backup: " +
        "it brings back the home as it was last, or makes another one with new keys, whose request is added after fedstep " +
        "federation revoke has ended the old key",
    );
  }
  return [...heard.filter((one) => one.key !== key), { key, statement, sha256 }];
}

/** @throws KeyRevoked where nothing that the key signs counts any more */
export function assertKeyCounts(heard: readonly HeardStatement[], key: string, called: string): void {
  const { replacedBy, revoked } = heard.find((one) => one.key === key) ?? {};
  if (replacedBy === undefined && !revoked) return;
  const why =
    revoked || replacedBy === undefined
      ? "was revoked here; its owner makes a home with new keys, and asks to join by them"
      : `was replaced by ${fingerprintOf(replacedBy)}; its owner signs by the new one`;
  throw keyRevoked(`${called}: the key ${fingerprintOf(key)}, by which it is signed, ${why}`);
}

/** A key and those before it that it has replaced, one after the other. */
export function lineOf(heard: readonly HeardStatement[], key: string): readonly string[] {
  const before = heard.filter(({ replacedBy }) => replacedBy === key);
  return [key, ...before.flatMap((one) => lineOf(heard, one.key))];
}

/** All keys of an owner of which one is known: those before it, and those that have replaced it since. */
export function wholeLineOf(heard: readonly HeardStatement[], key: string): readonly string[] {
  const later = heard.find((one) => one.key === key)?.replacedBy;
  return later === undefined ? lineOf(heard, key) : wholeLineOf(heard, later);
}

import { describe, expect, test } from "vitest";
import { emptyHead, type LogEntry, type SignedEntry } from "../../../shared/owners/log-entry.ts";
import type { PrivacyCharge } from "../../../shared/owners/privacy-charge.ts";
import { beyondBudget, chargesIn, epsilonSpent, unnoised } from "../../../shared/owners/privacy-ledger.ts";
import { epsilonOf } from "../../../shared/privacy/accountant/epsilon.ts";

const delta = 1e-5;
const charge: PrivacyCharge = { q: 0.05, sigma: 1.2, steps: 20 };
const other = "f".repeat(64);

/** An update that was signed, of a run's round. */
function signed(run: string, round: number, changes: Partial<SignedEntry> = {}): SignedEntry {
  return {
    ...{ number: round, before: emptyHead, at: "2026-11-30T12:00:00.000Z", event: "signed" },
    ...{ agreement: { federation: "clinics", version: 1, sha256: other }, run, round, attempt: 1 },
    ...{ task: "train", object: `updates/${run}/${round}`, bytes: 1, sha256: other, plan: other },
    ...{ chainSha256: other, dataMac: other, norm: 1, privacy: charge },
    ...changes,
  } as SignedEntry;
}

describe("what has left of a home's privacy", () => {
  test("adds up over runs, whatever rows were there: a corrected row gives nothing back", () => {
    const entries = [signed("a", 1), signed("a", 2), signed("b", 1, { dataMac: "0".repeat(64) })];
    expect(chargesIn(entries)).toEqual([{ ...charge, steps: 60 }]);
    const expected = epsilonOf([{ ...charge, steps: 60 }], delta).pld.epsilon;
    expect(epsilonSpent(chargesIn(entries), delta)).toBe(expected);
  });

  test("of other noise stands beside it, and composes", () => {
    const loud = { q: 0.05, sigma: 0.8, steps: 20 };
    const charges = chargesIn([signed("a", 1), signed("b", 1, { privacy: loud })]);
    expect(charges).toEqual([charge, loud]);
    const both = epsilonSpent(charges, delta);
    expect(both).toBeGreaterThan(epsilonSpent([loud], delta));
    expect(both).toBeLessThan(epsilonSpent([{ ...loud, steps: 40 }], delta));
  });

  test("is nothing of an evaluation, and of the same bytes twice it is once", () => {
    const { privacy: _, ...evaluated } = signed("a", 2, { task: "evaluate" });
    expect(chargesIn([signed("a", 1), signed("a", 1), evaluated])).toEqual([charge]);
  });

  test("without noise is counted apart, since no budget covers it", () => {
    const { privacy: _, ...plain } = signed("a", 1);
    const log: LogEntry[] = [plain, plain, signed("b", 1), { ...plain, task: "evaluate", object: "other" }];
    expect(unnoised(log)).toBe(1);
  });
});

describe("a budget", () => {
  const run = { ...charge, steps: 400 };
  const cost = epsilonOf([run], delta).pld.epsilon;

  test("covers a run that costs no more", () => {
    expect(beyondBudget({ privacyBudget: { epsilon: cost, delta } }, [], run)).toBeUndefined();
    expect(beyondBudget({ privacyBudget: null }, [], { ...run, sigma: 0.3 })).toBeUndefined();
  });

  test("does not cover it with what another run has spent before", () => {
    const about = beyondBudget({ privacyBudget: { epsilon: cost, delta } }, [charge], run);
    expect(about).toContain("privacyBudget: epsilon");
    expect(about).toContain(epsilonSpent([charge], delta).toFixed(4));
  });
});

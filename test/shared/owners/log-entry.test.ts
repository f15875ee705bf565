import { describe, expect, test } from "vitest";
import {
  brokenAt,
  emptyHead,
  headAfter,
  type LogEntry,
  linked,
  logEntry,
} from "../../../shared/owners/log-entry.ts";

const events = [{ event: "made", key: "a" }, { event: "paused" }, { event: "resumed" }] as const;

function log(): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const [at, event] of events.entries()) entries.push(linked(entries, event, new Date(at * 1000)));
  return entries;
}

describe("an owner's log", () => {
  test("is a chain: each entry names the digest of the one before", () => {
    const [first, second] = log();
    expect(first).toMatchObject({ number: 1, before: emptyHead, at: "1970-01-01T00:00:00.000Z" });
    expect(second?.before).toBe(first && headAfter(first));
    expect(brokenAt(log())).toBeUndefined();
    expect(log().every((entry) => logEntry.safeParse(entry).success)).toBe(true);
  });

  test("shows what was taken out, put in, moved or changed", () => {
    const [first, second, third] = log() as [LogEntry, LogEntry, LogEntry];
    expect(brokenAt([second, third])).toMatch(/entry 1/);
    expect(brokenAt([first, third])).toMatch(/entry 2/);
    expect(brokenAt([first, third, second])).toMatch(/entry 2/);
    expect(brokenAt([first, { ...second, at: first.at }, third])).toMatch(/entry 3 does not go on/);
    expect(brokenAt([first, first, second])).toMatch(/entry 2/);
  });

  test("cut at its end is still a chain: its head tells, which stands in what was sent", () => {
    const entries = log();
    expect(brokenAt(entries.slice(0, 2))).toBeUndefined();
    const heads = entries.map(headAfter);
    expect(new Set(heads).size).toBe(3);
  });
});

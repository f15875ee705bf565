import { expect, onTestFinished, test, vi } from "vitest";
import { onInterrupts } from "../../cli/interrupts.ts";

/** What a process hears of signals that arrive one after the other. */
function hears(signals: readonly NodeJS.Signals[], atOnce = false) {
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  const end = vi.fn();
  const interrupt = onInterrupts(atOnce, end);
  onTestFinished(() => {
    for (const [signal, kept] of before) {
      for (const listener of process.listeners(signal)) {
        if (!kept.includes(listener)) process.removeListener(signal, listener);
      }
    }
  });
  for (const signal of signals) {
    const own = process.listeners(signal).filter((listener) => !before.get(signal)?.includes(listener));
    for (const listener of own) listener(signal);
  }
  return { interrupted: interrupt.aborted, ended: end.mock.calls.length > 0 };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s interrupts, and ends at once what waits for nothing",
  (one) => {
    expect(hears([one])).toEqual({ interrupted: true, ended: false });
    expect(hears([one], true)).toEqual({ interrupted: true, ended: true });
  },
);

test.each([
  [["SIGINT", "SIGINT"], true],
  [["SIGHUP", "SIGTERM"], true],
  [["SIGHUP", "SIGHUP"], false],
  [["SIGTERM", "SIGHUP"], false],
] as const)("of %j the second one ends the process: %s", (signals, ended) => {
  expect(hears(signals)).toEqual({ interrupted: true, ended });
});

/** What a person, a service manager or a terminal that is closed sends to end a command. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Has the first signal end what is under way in order, and a second one end the process at once. Only a person is in haste: of
 * a terminal that is closed the system tells, then its shell once more, and service managers send SIGHUP after SIGTERM.
 * @param atOnce whether the first one ends the process too
 * @param end ends the process
 * @returns aborted by the first one
 */
export function onInterrupts(atOnce: boolean, end: () => void): AbortSignal {
  const interrupt = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      const again = interrupt.signal.aborted && signal !== "SIGHUP";
      interrupt.abort();
      if (again || atOnce) end();
    });
  }
  return interrupt.signal;
}

import type { Mutant } from "../mutant.ts";

const csv = ["test/cli/dataset/csv-table.test.ts"];

/** What a person waits for, and interrupts. */
export const interruptions: readonly Mutant[] = [
  {
    name: "table-read-in-one-turn",
    fault: "Nobody hears an interruption while a table is read.",
    file: "tables/pieces.ts",
    find: "    await nextTurn();\n",
    replace: "",
    tests: csv,
  },
  {
    name: "table-read-to-its-end",
    fault: "A table is read to its end though the person has interrupted.",
    file: "tables/pieces.ts",
    find: "    signal?.throwIfAborted();\n",
    replace: "",
    tests: csv,
  },
  {
    name: "synthesis-outlives-interruption",
    fault: "An interruption does not end a synthesis.",
    file: "local/assembly/synthesis.ts",
    find: '  signal?.addEventListener("abort", end);\n',
    replace: "",
    tests: ["test/local/assembly/load.test.ts"],
    titled: "an interrupted synthesis",
  },
  {
    name: "bundler-outlives-synthesis",
    fault: "What a synthesis has started outlives its interruption.",
    file: "local/assembly/synthesis.ts",
    find: 'const end = () => signalGroup(app, "SIGKILL");',
    replace: 'const end = () => void app.kill("SIGKILL");',
    tests: ["test/local/assembly/load.test.ts"],
    titled: "an interrupted synthesis",
  },
  {
    name: "digits-read-in-square-time",
    fault: "A field of 200,000 digits takes over a minute.",
    file: "shared/dataset/decimal.ts",
    find: "(?:(\\d+)(?:\\.(\\d*))?|\\.(\\d+))",
    replace: "(?:(\\d+)\\.?(\\d*)|\\.(\\d+))",
    tests: ["test/shared/dataset/decimal.test.ts"],
  },
  {
    name: "header-read-in-square-time",
    fault: "A header of 40,000 columns takes a minute.",
    file: "tables/header.ts",
    find: "    if (seen.has(name)) return true;",
    replace: "    if ([...seen].includes(name)) return true;",
    tests: csv,
    titled: "header of 40,000 columns",
  },
  {
    name: "interrupted-without-a-way-on",
    fault: "A run that the person interrupts does not say how it goes on.",
    file: "cli/main.ts",
    find: 'session.say(goesOn ? error.message : "interrupted");',
    replace: 'session.say(goesOn && error.message === "" ? error.message : "interrupted");',
    tests: ["test/cli/run/interrupted-run.test.ts"],
  },
  {
    name: "interrupted-on-the-same-line",
    fault: "What is said after Ctrl-C begins behind the terminal's ^C.",
    file: "cli/main.ts",
    find: 'if (session.stderr.isTTY) session.stderr.write("\\r\\u001b[K");',
    replace: 'if (session.stderr.isTTY) session.stderr.write("");',
    tests: ["test/cli/run/interrupted-run.test.ts"],
  },
  {
    name: "first-signal-ends-nothing",
    fault: "The first signal is not heard.",
    file: "cli/interrupts.ts",
    find: "      interrupt.abort();\n",
    replace: "",
    tests: ["test/cli/interrupts.test.ts"],
  },
];

import type { Mutant } from "../mutant.ts";

const lying = ["test/owner/run/lying-door.test.ts"];
const disk = ["test/owner/full-disk.test.ts"];
const log = ["test/owner/owner-log.test.ts"];
const limits = ["test/owner/train-limits.test.ts"];

/** What an owner's process that asks at a door lets through or lets out. */
export const takingPart: readonly Mutant[] = [
  {
    name: "storage-anywhere",
    fault: "What a door names is read and written wherever that is.",
    file: "owner/run/assert-storage.ts",
    find: 'if (origin === storage && username === "" && password === "") return;',
    replace: 'if (origin !== "") return;',
    tests: lying,
  },
  {
    name: "answer-without-end",
    fault: "An answer is read to its end, however long it is.",
    file: "owner/run/transport.ts",
    find: "if (size > most)",
    replace: "if (size > most && most === 0)",
    tests: lying,
  },
  {
    name: "half-line-left",
    fault: "What a full disk left of a line stays in the log, and the next one is written behind it.",
    file: "owner/owner-log.ts",
    find: "this.#cut = !(await truncate",
    replace: "this.#cut = false && !(await truncate",
    tests: disk,
  },
  {
    name: "clock-set-back",
    fault: "A clock that is set back lengthens a policy.",
    file: "shared/owners/log-entry.ts",
    find: "return new Date(Math.max(at.getTime(), last));",
    replace: "return new Date(last > 0 ? at.getTime() : last);",
    tests: log,
  },
  {
    name: "training-without-end",
    fault: "What trains has no limit of time.",
    file: "owner/train.ts",
    find: "AbortSignal.timeout(1000 * timeoutSeconds)",
    replace: "AbortSignal.timeout(1e6 * timeoutSeconds)",
    tests: limits,
  },
];

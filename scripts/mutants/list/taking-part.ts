import type { Mutant } from "../mutant.ts";

const lying = ["test/owner/run/lying-door.test.ts"];
const disk = ["test/owner/full-disk.test.ts"];
const log = ["test/owner/owner-log.test.ts"];
const limits = ["test/owner/train-limits.test.ts"];
const attacked = ["test/owner/run/attacked.test.ts"];

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
    find: "this.#cut = true;",
    replace: "this.#cut = false && !this.#cut;",
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
    find: "Math.floor(1000 * timeoutSeconds)",
    replace: "Math.floor(1e6 * timeoutSeconds)",
    tests: limits,
  },
  {
    name: "training-outlives-owner",
    fault: "What trains goes on when the owner's process was killed.",
    file: "owner/training-child.mjs",
    find: "const gone = process.ppid !== parent;",
    replace: "const gone = false;",
    tests: limits,
  },
  {
    name: "rounds-without-end",
    fault: "A door that asks for round 10,000,000 has the owner list all before it.",
    file: "owner/run/bring.ts",
    find: "if (round > most)",
    replace: "if (round > most && most < 0)",
    tests: attacked,
  },
  {
    name: "headers-of-the-doors-choice",
    fault: "An owner sends whatever header a door names.",
    file: "owner/run/send.ts",
    find: "if (known === undefined) throw",
    replace: "if (known === null) throw",
    tests: ["test/owner/run/lying-door.test.ts"],
  },
  {
    name: "refusals-without-end",
    fault: "A door fills an owner's log by jobs that it makes up.",
    file: "owner/log-refusal.ts",
    find: ".length >= mostAMonth",
    replace: ".length >= 10 * mostAMonth",
    tests: ["test/owner/log-refusal.test.ts"],
  },
  {
    name: "signed-after-leaving",
    fault: "What was trained is signed though its owner has paused or left while it trained.",
    file: "owner/do-job.ts",
    find: "const now = await sideFor(home, signing, opened, data);\n      await assertRecomputed(home, doing, opened, now.policy, recomputed);\n",
    replace: "",
    tests: ["test/owner/run/withdrawing.test.ts"],
  },
  {
    name: "told-again-after-leaving",
    fault: "What left before is told of again though its owner pauses meanwhile.",
    file: "owner/run/one-job.ts",
    find: "const told = await unlessWithdrawn(storage, agreed.federation, tell, signal);",
    replace: "const told = { done: await tell(signal) };",
    tests: ["test/owner/run/withdrawing.test.ts"],
  },
  {
    name: "on-its-way-after-leaving",
    fault: "An update that is on its way when its owner pauses or leaves goes on.",
    file: "owner/sending.ts",
    find: "if (stamp !== seen && ",
    replace: "if (stamp < seen && ",
    tests: ["test/owner/run/withdrawing.test.ts"],
  },
  {
    name: "clock-mended-once-for-all",
    fault: "An owner whose clock was set right since is refused for good.",
    file: "owner/run/door-client.ts",
    find: "this.#mended = false;\n      const",
    replace: "const",
    tests: attacked,
  },
  {
    name: "door-speaks-at-length",
    fault: "What a door says fills the owner's log, or looks like lines of the owner's own.",
    file: "owner/run/door-client.ts",
    find: 'text.slice(0, mostSaid).replace(/\\s+/g, " ")',
    replace: "text",
    tests: attacked,
  },
  {
    name: "certificates-by-environment",
    fault: "NODE_TLS_REJECT_UNAUTHORIZED has an owner believe every stranger on its network.",
    file: "owner/run/transport.ts",
    find: "rejectUnauthorized: true, ",
    replace: "",
    tests: attacked,
  },
  {
    name: "agreement-of-the-start",
    fault: "An agreement that was accepted since is not looked at before the process starts again.",
    file: "owner/run/one-job.ts",
    find: "const part = { ...taking, agreed };",
    replace: "const part = agreed && taking;",
    tests: attacked,
  },
];

import type { Mutant } from "../mutant.ts";

const flow = ["test/functions/owners-flow.test.ts"];
const round = ["test/functions/owners-round.test.ts"];
const judge = ["test/functions/owners-judge.test.ts"];
const leaks = ["test/owner/leaks/find-leaks.test.ts"];
const estimated = ["test/cloud/cost/owners.test.ts"];
const planned = ["test/cli/run/of-federation.test.ts"];

/** The flow that waits for owners, what commands say of it, and the search for their rows. */
export const waiting: readonly Mutant[] = [
  {
    name: "silence-ends-the-run",
    fault: "An owner that says nothing for as long as a round waits ends the run.",
    file: "cdk/workflow/wait-for-owner.ts",
    find: '  "States.Timeout",\n  "States.HeartbeatTimeout",\n',
    replace: "",
    tests: flow,
    titled: "once its heartbeat's time is over",
  },
  {
    name: "refusal-ends-the-run",
    fault: "An owner that refuses by name ends the run.",
    file: "cdk/workflow/wait-for-owner.ts",
    find: "  ...refusalNames,\n] as const;",
    replace: "] as const;",
    tests: flow,
    titled: "by refusing",
  },
  {
    name: "resumed-without-owners",
    fault: "A run of owners that is resumed invokes them as simulated clients.",
    file: "cli/run/resumed-state.ts",
    find: "...(owners && { owners }),",
    replace: "",
    tests: flow,
    titled: "goes on with resume",
  },
  {
    name: "silent-by-number",
    fault: "Who is missing where a quorum is not reached is told by number, whatever names they have.",
    file: "shared/strategy/quorum.ts",
    find: "owners[client] ??",
    replace: "owners[-1] ??",
    tests: flow,
    titled: "called by its name",
  },
  {
    name: "below-the-cohort",
    fault: "A model may be made of one owner's update less than the agreed cohort.",
    file: "shared/owners/cohort.ts",
    find: "if (fewest >= minimumCohort) return undefined;",
    replace: "if (fewest >= minimumCohort - 1) return undefined;",
    tests: round,
    titled: "fewer updates than its cohort",
  },
  {
    name: "rounds-beyond-agreed",
    fault: "A run may have more rounds than its owners have agreed to.",
    file: "shared/owners/owners-dataset.ts",
    find: "if (rounds > agreed.rounds) return",
    replace: "if (rounds > 2 * agreed.rounds) return",
    tests: [...judge, ...planned],
  },
  {
    name: "awaited-by-place",
    fault: "Whom a round waits for is told by the place among the selected, as if all took part.",
    file: "cli/run/awaited.ts",
    find: "return participantsOf({ config, clients, examiner: null }, round).flatMap(",
    replace: "return clients.flatMap(",
    tests: planned,
    titled: "selected for that round",
  },
  {
    name: "owners-data-are-billed",
    fault: "An estimate bills the coordinator for data that owners keep.",
    file: "cloud/cost/storage.ts",
    find: "? [beside?.examples ?? 0, beside?.examples ?? 0]",
    replace: "? [data.examples, mean.used]",
    tests: estimated,
  },
  {
    name: "owners-data-are-read",
    fault: "An estimate has PrepareRun read the data that owners keep.",
    file: "functions/prepare-run/footprint.ts",
    find: "(owners ? (beside?.examples ?? 0) : examples)",
    replace: "(owners && beside ? 0 : examples)",
    tests: estimated,
  },
  {
    name: "leaks-in-one-byte-order",
    fault: "Rows are looked for as numbers in this machine's byte order alone.",
    file: "owner/leaks/pieces.ts",
    find: 'if (values.length < 2) return;\n  for (const order of ["little", "big"] as const) {',
    replace: 'if (values.length < 2) return;\n  for (const order of ["little"] as const) {',
    tests: leaks,
  },
  {
    name: "demo-looks-past-the-mail",
    fault: "A demonstration does not look through what owners and coordinator have mailed each other.",
    file: "cli/demo/proof.ts",
    find: "folders: [home.coordinator, home.mail],",
    replace: "folders: [home.coordinator],",
    tests: ["test/cli/demo.integration.test.ts"],
    titled: "plants in bucket",
    slow: true,
  },
  {
    name: "demo-of-two",
    fault: "A demonstration begins with fewer tables than a round takes.",
    file: "cli/demo/tables.ts",
    find: "const fewestOwners = 3;",
    replace: "const fewestOwners = 1;",
    tests: ["test/cli/demo/tables.test.ts"],
  },
];

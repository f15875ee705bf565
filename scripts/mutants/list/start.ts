import type { Mutant } from "../mutant.ts";

const layOutRun = "functions/prepare-run/lay-out-run.ts";
const tests = {
  refused: ["test/functions/start/refused-inputs.test.ts"],
  laidOutOnce: ["test/functions/start/laid-out-once.test.ts"],
  bucketDataset: ["test/functions/start/bucket-dataset.test.ts"],
  sample: ["test/functions/start/sample-stands-in.test.ts"],
  shortenedName: ["test/functions/start/shortened-name.test.ts"],
};

/** An execution that somebody started without the command line. */
export const start: readonly Mutant[] = [
  {
    name: "start-configuration-unchecked",
    fault: "The configuration of an execution is not checked by what the command line checks.",
    file: layOutRun,
    find: "checkConfig(config);\n",
    replace: "",
    tests: tests.refused,
  },
  {
    name: "start-limits-unchecked",
    fault: "The limits and the budget of an execution's run are not checked.",
    file: layOutRun,
    find: "checkLimits(dataSizing(config, content), deployment, footprints);\n",
    replace: "",
    tests: tests.refused,
  },
  {
    name: "start-stack-unchecked",
    fault:
      "An execution that asks a stack for the baseline which it has not is not refused before its data are fetched.",
    file: layOutRun,
    find: "checkDeployed(config, deployment);\n",
    replace: "",
    tests: ["test/functions/fetched-mnist.test.ts"],
  },
  {
    name: "start-fetches-what-is-refused",
    fault: "What is wrong in an execution's configuration is said after MNIST was fetched.",
    file: layOutRun,
    find: "if (!isDigest(asked.dataset)) configOf(",
    replace: "if (asked.dataset === null) configOf(",
    tests: ["test/functions/fetched-mnist.test.ts"],
  },
  {
    name: "start-takes-a-name-over",
    fault: "An execution goes on with the run of another execution that has its name.",
    file: layOutRun,
    find: "startedBy?.execution === id && createdAt === startTime",
    replace: "startedBy?.execution !== undefined && createdAt === startTime && id !== startTime",
    tests: tests.laidOutOnce,
  },
  {
    name: "start-takes-an-old-name-over",
    fault:
      "An execution goes on with the run of an earlier one of its name, which Step Functions has forgotten.",
    file: layOutRun,
    find: "startedBy?.execution === id && createdAt === startTime",
    replace: "startedBy?.execution === id && createdAt !== startTime + startTime",
    tests: tests.laidOutOnce,
  },
  {
    name: "start-overwrites-configuration",
    fault: "Each of two attempts of an execution writes the configuration, and the later one counts.",
    file: layOutRun,
    find: "objects.putNewRecord(keys.config(run), record)",
    replace: "objects.putRecord(keys.config(run), record)",
    tests: tests.laidOutOnce,
  },
  {
    name: "start-by-own-clock",
    fault: "A run that an execution lays out is dated by the function's clock, not by Step Functions.",
    file: layOutRun,
    find: "createdAt: execution.startTime,",
    replace: "createdAt: new Date().toISOString(),",
    tests: tests.bucketDataset,
  },
  {
    name: "sample-in-silence",
    fault: "Nothing says that the sample stood in for MNIST.",
    file: layOutRun,
    find: "...chosen.notes]",
    replace: "...chosen.notes.slice(0, 0)]",
    tests: tests.sample,
  },
  {
    name: "shortened-name-in-silence",
    fault: "Nothing says that a run has another name than its execution.",
    file: layOutRun,
    find: "if (run === execution) return [];",
    replace: 'if (run !== "") return [];',
    tests: tests.shortenedName,
  },
  {
    name: "execution-named-as-it-is",
    fault: "A name that no run can have is taken for one.",
    file: "shared/rounds/run-name.ts",
    find: "if (runNamePattern.test(execution)) return execution;",
    replace: 'if (execution !== "" || runNamePattern.test(execution)) return execution;',
    tests: ["test/shared/rounds/run-name.test.ts", ...tests.shortenedName],
  },
  {
    name: "shortened-names-collide",
    fault: "Two executions whose names are shortened to the same are one run.",
    file: "shared/rounds/run-name.ts",
    find: "bytesToHex(sha256(utf8ToBytes(execution)))",
    replace: "bytesToHex(sha256(utf8ToBytes(readable)))",
    tests: ["test/shared/rounds/run-name.test.ts"],
  },
  {
    name: "start-forgets-what-it-chose",
    fault: "A repetition chooses its data set again, and may find another mirror than its first attempt.",
    file: layOutRun,
    find: "if (found) return own(found, execution);",
    replace: 'if (found && run === "") return own(found, execution);',
    tests: ["test/functions/fetched-mnist.test.ts"],
  },
  {
    name: "start-reads-any-bytes",
    fault: "A data set of the bucket is taken by its key, whatever its bytes are.",
    file: "storage/dataset-objects.ts",
    find: "if (found !== digest) {",
    replace: 'if (found === "") {',
    tests: tests.bucketDataset,
  },
];

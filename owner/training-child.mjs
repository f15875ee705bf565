/**
 * Trains in a process of its own, which has none of the owner's keys but the one for this training: it gets the work and the
 * file of what trains, and answers with what is to be signed. Plain JavaScript, since it stands beside what was agreed upon.
 */
import { constants, setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

// whatever else the machine is for comes first
setPriority(constants.priority.PRIORITY_LOW);

/** Whoever asked is gone, and nothing may outlive it. */
process.once("disconnect", () => process.exit(1));

const parent = process.ppid;

/** Looks at the process from a thread of its own, since what trains stops neither to be looked at nor to hear who is gone. */
const watch = `
  const { parent, memoryBytes } = require("node:worker_threads").workerData;
  setInterval(() => {
    const gone = process.ppid !== parent;
    if (gone || process.memoryUsage.rss() > memoryBytes) process.kill(process.pid, "SIGKILL");
  }, 100);
`;

process.once("message", async ({ bundle, task, work, memoryBytes }) => {
  new Worker(watch, { eval: true, workerData: { parent, memoryBytes } }).unref();
  try {
    const { [task]: perform } = await import(pathToFileURL(bundle).href);
    process.send({ done: await perform(work) }, () => process.exit(0));
  } catch (error) {
    const { name = "Error", message = String(error) } = error ?? {};
    process.send({ error: { name, message } }, () => process.exit(0));
  }
});

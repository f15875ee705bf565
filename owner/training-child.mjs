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

/** Looks at the process from a thread of its own, since what trains does not stop to be looked at. */
const watch = `
  const { workerData } = require("node:worker_threads");
  setInterval(() => {
    if (process.memoryUsage.rss() > workerData) process.kill(process.pid, "SIGKILL");
  }, 100);
`;

process.once("message", async ({ bundle, task, work, memoryBytes }) => {
  new Worker(watch, { eval: true, workerData: memoryBytes }).unref();
  try {
    const { [task]: perform } = await import(pathToFileURL(bundle).href);
    process.send({ done: await perform(work) }, () => process.exit(0));
  } catch (error) {
    const { name = "Error", message = String(error) } = error ?? {};
    process.send({ error: { name, message } }, () => process.exit(0));
  }
});

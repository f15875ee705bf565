/**
 * Trains in a process of its own, which has none of the owner's keys but the one for this training: it gets the work and the
 * file of what trains, and answers with what is to be signed. Plain JavaScript, since it stands beside what was agreed upon.
 */
import { pathToFileURL } from "node:url";

/** Whoever asked is gone, and nothing may outlive it. */
process.once("disconnect", () => process.exit(1));

process.once("message", async ({ bundle, work }) => {
  try {
    const { workAtOwner } = await import(pathToFileURL(bundle).href);
    process.send({ written: await workAtOwner(work) }, () => process.exit(0));
  } catch (error) {
    const { name = "Error", message = String(error) } = error ?? {};
    process.send({ error: { name, message } }, () => process.exit(0));
  }
});

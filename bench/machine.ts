import { cpus, totalmem } from "node:os";

/** What the figures were measured on, without saying whose machine it is. */
export function machine(peers: readonly string[]): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const versions = [`Node ${process.versions.node}`, `V8 ${process.versions.v8}`, ...peers].join(", ");
  return `${model}, ${cpus().length} cores of which each contender uses one, ${memory} GiB; ${versions}. Milliseconds per epoch of 6,000 images, medians; in brackets the multiple of the kernel's time.`;
}

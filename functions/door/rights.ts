import { doorMemoryMb } from "../../cloud/cost/door.ts";
import { prefixes } from "../../shared/layout.ts";

const { waitingJobs, plan, partition, globals, roundStates, roundMetrics, updates, boxes, opened } = prefixes;

/**
 * What the door takes, which is no step of the workflow: whoever asks at its URL has it work, and nobody who asks pays. The
 * addresses that it gives away are good for what its own role may do.
 */
export const door = {
  name: "Door",
  purpose: "Answers owners without AWS: gives them their jobs, and ends the round's wait for them",
  /** The slots, and what owners have sent, it looks at itself; the rest is what owners get addresses of, helpers of boxes. */
  reads: [waitingJobs, plan, partition, globals, roundStates, roundMetrics, updates, boxes, opened],
  writes: [],
  creates: [updates, boxes, opened],
  memoryMb: doorMemoryMb,
  timeoutSeconds: 10,
} as const;

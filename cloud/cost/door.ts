import type { Deployment } from "../deployment.ts";
import { prices } from "../prices.ts";

/** The door's memory, the least that Lambda has. */
export const doorMemoryMb = 128;
export const doorGigabytes = doorMemoryMb / 1024;

/** Requests a second that Lambda lets each of a function's environments answer at a URL, however fast it is. */
const perEnvironment = 10;

const daySeconds = 86_400;

/** Lambda's milliseconds for a request of somebody whom nothing waits for: a signature at a fourteenth of a CPU, and a GET. */
const pollMs = 60;

/** In US dollars. */
export interface DoorCost {
  readonly requests: number;
  readonly lambdaRequests: number;
  readonly lambdaTime: number;
  readonly s3Reads: number;
  readonly total: number;
}

type Placed = Pick<Deployment, "architecture">;

/**
 * A day on which somebody asks as often as the door answers, each time with another key of his own, which costs a GET: all
 * environments work all day. What they have no room for is refused by Lambda, and billed to nobody.
 * @param concurrency environments of the door
 */
export function worstDay({ architecture }: Placed, concurrency: number): DoorCost {
  const requests = perEnvironment * concurrency * daySeconds;
  return costOf(architecture, requests, concurrency * daySeconds);
}

/** A month of 30 days in which an owner's process asks every so many seconds, and nothing waits for it. */
export function idleMonth({ architecture }: Placed, everySeconds: number): DoorCost {
  const requests = (30 * daySeconds) / everySeconds;
  return costOf(architecture, requests, (requests * pollMs) / 1000);
}

/** An hour in which an owner is at work on one job, and says so every so many seconds. */
export function hourAtWork({ architecture }: Placed, everySeconds: number): DoorCost {
  const requests = 3600 / everySeconds;
  return costOf(architecture, requests, (requests * pollMs) / 1000);
}

function costOf(architecture: Deployment["architecture"], requests: number, seconds: number): DoorCost {
  const lambdaRequests = requests * prices.lambdaRequest;
  const lambdaTime = seconds * doorGigabytes * prices.lambdaGbSecond[architecture];
  const s3Reads = requests * prices.s3Read;
  return { requests, lambdaRequests, lambdaTime, s3Reads, total: lambdaRequests + lambdaTime + s3Reads };
}

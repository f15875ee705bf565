import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import type { RefusalName } from "../../shared/owners/refusals.ts";
import type { ClientReport, HelperReport } from "../../shared/workflow/payloads.ts";

/**
 * The waits of the state machine, by their tokens. Each says whether there was one still: a token that was handed back is
 * refused as one whose time is over is.
 */
export class Waits {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  /** The owner is at work: the wait for a sign of it begins anew. */
  prolong(taskToken: string): Promise<boolean> {
    return isOpen(this.#client.send(new SendTaskHeartbeatCommand({ taskToken })));
  }

  /** The update is there, or what a helper has opened. */
  end(taskToken: string, report: ClientReport | HelperReport): Promise<boolean> {
    const output = JSON.stringify(report);
    return isOpen(this.#client.send(new SendTaskSuccessCommand({ taskToken, output })));
  }

  /** There will be none. Nothing else of the owner's gets into the history. */
  decline(taskToken: string, error: RefusalName): Promise<boolean> {
    return isOpen(this.#client.send(new SendTaskFailureCommand({ taskToken, error })));
  }
}

async function isOpen(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    const over = [InvalidToken, TaskDoesNotExist, TaskTimedOut].some((one) => error instanceof one);
    if (over) return false;
    throw error;
  }
}

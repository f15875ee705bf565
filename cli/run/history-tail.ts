import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";

/** The API's largest page. */
const page = 1000;

/** The events of an execution as they come. */
export class HistoryTail {
  readonly #states: SFNClient;
  readonly #executionArn: string;
  #last = 0;

  constructor(states: SFNClient, executionArn: string) {
    this.#states = states;
    this.#executionArn = executionArn;
  }

  /** The events since the last call, in the order of their ids, without the data that states pass on. */
  async since(): Promise<HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      // from the end, since there are thousands at the beginning of which nothing is new
      const { events = [], ...answer } = await this.#states.send(
        new GetExecutionHistoryCommand({
          executionArn: this.#executionArn,
          reverseOrder: true,
          includeExecutionData: false,
          maxResults: page,
          ...(nextToken && { nextToken }),
        }),
      );
      const fresh = events.filter(({ id = 0 }) => id > this.#last);
      found.push(...fresh);
      nextToken = fresh.length === events.length ? answer.nextToken : undefined;
    } while (nextToken);
    const ordered = found.reverse();
    this.#last = ordered.at(-1)?.id ?? this.#last;
    return ordered;
  }
}

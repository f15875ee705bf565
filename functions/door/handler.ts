import { S3ServiceException } from "@aws-sdk/client-s3";
import { SFNServiceException } from "@aws-sdk/client-sfn";
import { doorErrors } from "../../shared/owners/door-protocol.ts";
import { answerTo, type DoorParts } from "./answer.ts";
import { openRequest } from "./open-request.ts";
import { DoorRefusal } from "./refusal.ts";

export interface DoorOptions extends DoorParts {
  /** Says in the log what went wrong on the coordinator's side. */
  readonly warn: (what: { readonly error: string; readonly status: number | undefined }) => void;
  readonly clock?: () => Date;
}

/** By payload format 2.0. */
export interface UrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** For so long the log has one line of an error, however often it comes. */
const quietMs = 60_000;

/** The function behind the URL at which owners ask for jobs, and anybody may ask. */
export function doorHandler({ warn, clock = () => new Date(), ...parts }: DoorOptions) {
  const told = new Map<string, number>();

  /** No message: what AWS says may quote what it was asked. */
  const tell = (error: unknown, now: Date) => {
    const what = describe(error);
    const before = told.get(what.error) ?? Number.NEGATIVE_INFINITY;
    if (now.getTime() - before < quietMs) return;
    told.set(what.error, now.getTime());
    warn(what);
  };

  return async (event: unknown): Promise<UrlAnswer> => {
    const now = clock();
    const at = now.toISOString();
    try {
      const open = await openRequest(event, now);
      return reply(200, { at, ...(await answerTo(parts, open, now)) });
    } catch (error) {
      const refused = error instanceof DoorRefusal ? error : new DoorRefusal("DoorFailed");
      if (refused !== error) tell(error, now);
      const { refusal, message } = refused;
      return reply(doorErrors[refusal], { at, error: refusal, message });
    }
  };
}

function reply(statusCode: number, content: object): UrlAnswer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { statusCode, headers, body: JSON.stringify(content) };
}

function describe(error: unknown): { error: string; status: number | undefined } {
  if (!(error instanceof Error)) return { error: "unnamed", status: undefined };
  const ofAws = error instanceof S3ServiceException || error instanceof SFNServiceException;
  return { error: error.name, status: ofAws ? error.$metadata.httpStatusCode : undefined };
}

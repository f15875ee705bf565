import { XMLParser } from "fast-xml-parser";
import * as z from "zod";

export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly result: z.output<typeof resultSchema>;
}
const parser = new XMLParser({ parseTagValue: false });
const texts = z.record(z.string(), z.string());
/** Of any of the operations; what one does not have is empty. */
const resultSchema = z.object({
  Credentials: texts.default({}),
  AssumedRoleUser: texts.optional(),
  FederatedUser: texts.optional(),
  Arn: z.string().optional(),
  UserId: z.string().optional(),
  Account: z.string().optional(),
});

/** Reads what STS answers to the operation with that name. */
export async function readAnswer(action: string, answer: Response): Promise<Answer> {
  const { ErrorResponse, [`${action}Response`]: response } = parser.parse(await answer.text());
  const { Code: code = "", Message: message = "" } = ErrorResponse?.Error ?? {};
  return {
    status: answer.status,
    code,
    message,
    result: resultSchema.parse(response?.[`${action}Result`] ?? {}),
  };
}

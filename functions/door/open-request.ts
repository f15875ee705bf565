import * as z from "zod";
import { jsonOf } from "../../shared/json-of.ts";
import { type DoorRequest, doorRequest, requestValidMs } from "../../shared/owners/door-protocol.ts";
import { signatureText, signingKey } from "../../shared/owners/identity.ts";
import { openSigned } from "../../shared/owners/signed.ts";
import { DoorRefusal } from "./refusal.ts";

/** The most bytes of a request; the longest that there is has less than a third of it. */
export const mostRequestBytes = 4096;

/** What the door goes by of an event of payload format 2.0. */
const urlEvent = z.object({
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ domainName: z.string() }),
});

const signedRequest = z.strictObject({ content: doorRequest, key: signingKey, signature: signatureText });

/** A request, and the key that has signed it. */
export interface OpenRequest {
  readonly key: string;
  readonly request: DoorRequest;
}

/**
 * Reads what somebody sent to the door, who may be anybody. What costs least is looked at first, and nothing of it asks AWS:
 * its size, its form, the signature by the key that it names itself, for whom it is meant, and when.
 * @throws DoorRefusal
 */
export async function openRequest(event: unknown, now: Date): Promise<OpenRequest> {
  const outer = urlEvent.safeParse(event);
  if (!outer.success) throw new DoorRefusal("RequestInvalid");
  const { body, isBase64Encoded, requestContext } = outer.data;
  const parsed = signedRequest.safeParse(jsonOf(textOf(body, isBase64Encoded)));
  if (!parsed.success) throw new DoorRefusal("RequestInvalid");
  const { content: request, key } = await openSigned("door", doorRequest, parsed.data, "request").catch(
    () => {
      // whatever it stumbled over came with the request
      throw new DoorRefusal("SignatureInvalid");
    },
  );
  if (request.door !== requestContext.domainName) throw new DoorRefusal("WrongDoor");
  if (Math.abs(now.getTime() - Date.parse(request.at)) > requestValidMs) throw new DoorRefusal("ClockSkewed");
  return { request, key };
}

/** @throws DoorRefusal of a larger one, before it is decoded */
function textOf(body: string, isBase64Encoded: boolean): string {
  const characters = isBase64Encoded ? Math.ceil(mostRequestBytes / 3) * 4 : mostRequestBytes;
  if (body.length > characters) throw new DoorRefusal("RequestInvalid");
  return isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
}

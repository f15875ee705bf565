import { XMLParser } from "fast-xml-parser";
import * as z from "zod";

/** An account and a region of moto's, and a key by which moto knows the account. */
export interface Place {
  /** Address at which moto is asked. */
  readonly url: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
}

/** moto's account: where whoever has a key that it does not know is taken to be of. */
export const usualPlace = (url: string, region: string): Place => ({
  url,
  region,
  account: "123456789012",
  accessKeyId: "AKIDEXAMPLE",
});

const keyMade = z.object({
  CreateAccessKeyResponse: z.object({
    CreateAccessKeyResult: z.object({ AccessKey: z.object({ AccessKeyId: z.string() }) }),
  }),
});

/** Another account: moto makes it for whoever names it, and knows it by its users' keys from then on. */
export async function anotherPlace(url: string, region: string, account: string): Promise<Place> {
  const place = { ...usualPlace(url, region), account };
  await askIam(place, { Action: "CreateUser", UserName: "deployer" });
  const made = keyMade.parse(await askIam(place, { Action: "CreateAccessKey", UserName: "deployer" }));
  const { AccessKeyId } = made.CreateAccessKeyResponse.CreateAccessKeyResult.AccessKey;
  return { ...place, accessKeyId: AccessKeyId };
}

/** Settings of a client of the SDK that asks there. */
export const settingsOf = ({ url, region, accessKeyId }: Place) => ({
  region,
  endpoint: url,
  credentials: { accessKeyId, secretAccessKey: "secret" },
});

/** Asks IAM, whose SDK client is no dependency here. */
export async function askIam(place: Place, form: Readonly<Record<string, string>>): Promise<unknown> {
  const body = new URLSearchParams({ Version: "2010-05-08", ...form }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return new XMLParser().parse(await askMoto(place, "iam", { headers, body }));
}

/** @throws Error with the status that moto answers, where it is none of success */
export async function askMoto(
  { url, account, region, accessKeyId }: Place,
  service: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...headers,
      // by which moto takes a request for one of an account whose keys it does not know yet
      "x-moto-account-id": account,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/19700101/${region}/${service}/aws4_request`,
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`moto's ${service} answers ${response.status}: ${text}`);
  return text;
}

import { region } from "../../local/assembly/names.ts";
import { CredentialStore, localCredentials } from "../../local/iam/credential-store.ts";
import { administrator, roleSession } from "../../local/iam/identity.ts";
import { signedHeaders } from "../../local/iam/signature/sign.ts";
import { type Credentials, sha256Hex } from "../../local/iam/signature/signature.ts";
import { SignatureVerifier } from "../../local/iam/signature-verifier.ts";

/** For the SDK's clients of a local endpoint. */
export const settingsFor = (endpoint: string) => ({ endpoint, region, credentials: localCredentials });

/** The same for commands. */
export const administratorVariables = {
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
};

/** Knows the administrator alone. */
export const verifier = () => new SignatureVerifier(new CredentialStore());

/** Those of a role that functions work as where it does not matter which. */
export const someCredentials = () => new CredentialStore().issue(administrator("000000000000"), 3600);

export const role = {
  arn: "arn:aws:iam::000000000000:role/toy",
  account: "000000000000",
  id: "AROATOY",
  trust: { name: "trust", statements: [] },
  policies: [],
  boundary: undefined,
  maxSessionSeconds: 3600,
};
export const sessionOfRole = roleSession(role, "session");

/** What no SDK would send, signed all the same. */
export function signed(
  url: string,
  service: string,
  {
    method = "POST",
    headers = {},
    body = "",
    credentials = localCredentials,
  }: { method?: string; headers?: Record<string, string>; body?: string; credentials?: Credentials } = {},
): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const all = signedHeaders(
    {
      method,
      url: pathname + search,
      headers: { ...headers, host },
      payloadHash: sha256Hex(Buffer.from(body)),
    },
    service,
    credentials,
  );
  return fetch(url, { method, headers: all, ...(method !== "GET" && { body }) });
}

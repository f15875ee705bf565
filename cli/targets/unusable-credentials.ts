import { credentialsExpired, credentialsMissing, type FedstepError } from "../../shared/errors.ts";
import { sentence, serviceSaid } from "./error-text.ts";

/** What the SDK says after it has looked everywhere. */
const nowhere = "Could not load credentials from any providers";

const hasExpired = /expired|cannot refresh|session token not found/i;

/** The SDK found no credentials, or none that it could use. */
export function unusableCredentials(cause: Error): FedstepError {
  if (hasExpired.test(cause.message)) return expired(cause);
  // what is to be done is said below
  const [reason = ""] = sentence(cause).split(/\. To refresh/);
  const profile = process.env.AWS_PROFILE;
  if (!profile) {
    return credentialsMissing(
      `there are no AWS credentials to use (${reason}); set AWS_PROFILE, or run aws configure or aws sso login`,
      { cause },
    );
  }
  return credentialsMissing(
    `the profile "${profile}" of AWS_PROFILE gives no AWS credentials${reason === nowhere ? "" : ` (${reason})`}; ` +
      `look for it in ~/.aws/config and ~/.aws/credentials, or run aws configure or aws sso login with --profile ${profile}`,
    { cause },
  );
}

export function expired(cause: Error): FedstepError {
  return credentialsExpired(
    `the AWS credentials have expired (${serviceSaid(cause)}); run aws sso login, or get new ones where these came from`,
    { cause },
  );
}

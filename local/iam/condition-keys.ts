/** Condition keys that requests to the local endpoints have values for; a policy that names another one is refused. */
export const conditionKeys = [
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:ResourceAccount",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:userid",
  "kms:EncryptionContext:aws:s3:arn",
  "kms:MacAlgorithm",
  "kms:ViaService",
  "lambda:FunctionUrlAuthType",
  "lambda:InvokedViaFunctionUrl",
  "s3:ObjectCreationOperation",
  "s3:delimiter",
  "s3:if-match",
  "s3:if-none-match",
  "s3:max-keys",
  "s3:prefix",
  "ssm:Overwrite",
  "sts:ExternalId",
  "sts:RoleSessionName",
] as const;

export type ConditionKey = (typeof conditionKeys)[number];

/** What is known of a request; a key without a value is not part of it. */
export type Context = { readonly [key in ConditionKey]?: string | undefined };

const bySpelling = new Map(conditionKeys.map((key) => [key.toLowerCase(), key]));

/** IAM tells them apart without regard to case. */
export function conditionKey(name: string): ConditionKey | undefined {
  return bySpelling.get(name.toLowerCase());
}

/** The account that an ARN names; undefined for a bucket's or an object's, which names none, and for "*". */
export function accountOfArn(arn: string): string | undefined {
  return arn.split(":")[4] || undefined;
}

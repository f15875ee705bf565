/** What the service or the SDK said. A refused HEAD has no body that could say more than its status. */
export function serviceSaid(error: Error): string {
  if (isUnreadable(error)) return `HTTP status ${statusOf(error)}`;
  return sentence(error) ? `${error.name}: ${sentence(error)}` : error.name;
}

/** Whether the answer had nothing that the service's SDK could read as an error of it. */
export function isUnreadable(error: Error): boolean {
  const { name, message } = error;
  // CloudFormation's client makes an error of its own out of any 404
  return name === "Unknown" || message === "Unknown" || message.includes("Deserialization error:");
}

/** An error's message as part of a sentence. */
export function sentence(error: Error): string {
  const { message } = error instanceof AggregateError && !error.message ? first(error) : error;
  const [line = ""] = message.trim().split("\n");
  return line.replace(/\.$/, "");
}

function first({ errors }: AggregateError): Error {
  const [one]: unknown[] = errors;
  return one instanceof Error ? one : new Error("");
}

/** A field that only some errors have, as text. */
export function field(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : undefined;
}

export function statusOf(error: Error): number | undefined {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null) {
    return undefined;
  }
  const { httpStatusCode }: { httpStatusCode?: unknown } = error.$metadata;
  return typeof httpStatusCode === "number" ? httpStatusCode : undefined;
}

/** What a person wants of an error's cause: Lambda reports an error as JSON with errorMessage, others in a sentence. */
export function causeMessage(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed)
      return String(parsed.errorMessage);
  } catch {
    // not JSON: already a sentence
  }
  return cause;
}

import { runNameInvalid } from "../../shared/errors.ts";
import { runNamePattern } from "../../shared/layout.ts";

/**
 * @param given what of the command line holds the name
 * @throws RunNameInvalid where S3 or Step Functions would refuse the name
 */
export function checkRunName(name: string, given: "<run>" | "--name" = "<run>"): string {
  if (runNamePattern.test(name)) return name;
  throw runNameInvalid(
    `${given}: got ${JSON.stringify(name)}; takes 1 to 72 letters, digits, ".", "_" and "-", starting with a letter or digit, ` +
      "since it names an execution and a folder in S3",
  );
}

/** paper-20260131-184205, in UTC. */
export function defaultRunName(preset: string, now: Date): string {
  const [date = "", time = ""] = now.toISOString().split(/[T.]/);
  return `${preset}-${date.replaceAll("-", "")}-${time.replaceAll(":", "")}`;
}

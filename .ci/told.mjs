/** What a run of vitest came to, by its JSON report: how many tests passed and failed, and a line for each that failed. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";

const [, , file] = process.argv;
const { numPassedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
const first = (text = "") => text.split("\n")[0];
const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
  const path = relative(process.cwd(), name);
  const failed = assertionResults.filter((one) => one.status === "failed");
  // a file whose imports or preparation failed has no failed test
  if (status === "failed" && failed.length === 0) return [`${path}: ${first(message)}`];
  return failed.map(({ fullName, failureMessages }) => `${path}: ${fullName}: ${first(failureMessages[0])}`);
});
console.log([`${numPassedTests} ${failures.length}`, ...failures].join("\n"));

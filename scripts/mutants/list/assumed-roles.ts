import type { Mutant } from "../mutant.ts";

const emulated = "test/local/accounts/accounts.test.ts";
const credentials = "test/local/stepfunctions/credentials.test.ts";
const sessions = "test/local/stepfunctions/role-sessions.test.ts";

/** As whom a Task's call is made, and the sessions that it takes. */
export const assumedRoles: readonly Mutant[] = [
  {
    name: "credentials-ignored",
    fault: "A Task's call is made as the state machine's own role.",
    file: "local/stepfunctions/task.ts",
    find: "roleArn === undefined ? services : await services.as(roleArn)",
    replace: "roleArn === undefined ? services : services",
    tests: [credentials, emulated],
  },
  {
    name: "call-after-the-end",
    fault: "A call is made although its execution ended while the role was assumed.",
    file: "local/stepfunctions/task.ts",
    find: "      // nobody may have waited for the role\n      signal.throwIfAborted();\n",
    replace: "",
    tests: [credentials],
  },
  {
    name: "task-credentials-untold",
    fault: "An execution's history does not say as which role a call was made.",
    file: "local/stepfunctions/task.ts",
    find: "...(roleArn !== undefined && { taskCredentials: { roleArn } }),",
    replace: "",
    tests: [credentials, emulated],
  },
  {
    name: "other-credentials-ignored",
    fault: "Other fields of Credentials are passed over in silence.",
    file: "local/stepfunctions/task-credentials.ts",
    find: "if (!/^RoleArn(\\.\\$)?$/.test(field)) yield",
    replace: "if (!field) yield",
    tests: [credentials],
  },
  {
    name: "no-external-id",
    fault: "The state machine assumes roles without its ARN as external id.",
    file: "local/stepfunctions/role-sessions.ts",
    find: "      ExternalId: arn,\n",
    replace: '      ExternalId: "other",\n',
    tests: [sessions, emulated],
  },
  {
    name: "session-kept-beyond-its-end",
    fault: "A session of a role is used after it has ended.",
    file: "local/stepfunctions/role-sessions.ts",
    find: "if (this.#now() < holdsUntil) return services;",
    replace: "if (holdsUntil) return services;",
    tests: [sessions],
  },
  {
    name: "session-for-every-call",
    fault: "Each call opens a session of its own.",
    file: "local/stepfunctions/role-sessions.ts",
    find: "    this.#sessions.set(roleArn, opening);\n",
    replace: "",
    tests: [sessions],
  },
  {
    name: "refused-session-kept",
    fault: "A role that was refused once is never asked for again.",
    file: "local/stepfunctions/role-sessions.ts",
    find: "opening.catch(() => this.#sessions.delete(roleArn));",
    replace: "opening.catch(() => {});",
    tests: [sessions],
  },
  {
    name: "refused-role-as-lambda-error",
    fault: "A role that may not be assumed fails its Task by a name of Lambda's.",
    file: "local/stepfunctions/role-sessions.ts",
    find: 'return new StateFailure("States.TaskFailed", cause);',
    replace: 'return new StateFailure("Lambda.Unknown", cause);',
    tests: [sessions, emulated],
  },
];

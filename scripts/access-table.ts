import { markdownTable } from "markdown-table";
import { type AccessRights, accessKinds, accessRights } from "../cdk/constructs/access-rights.ts";

/** Which command takes which of the policies, and what these allow; test/cli/access.test.ts proves both. */
export function accessTable(): string {
  const commands = accessKinds.flatMap((kind) =>
    accessRights[kind].commands.map((command) => [code(`fedstep ${command}`), kind]),
  );
  const granted = accessKinds.map((kind) => grantedBy(accessRights[kind]));
  const actions = [...new Set(granted.flatMap((one) => [...one.keys()]))].sort();
  const rows = actions.map((action) => [
    code(action),
    ...granted.map((one) => one.get(action)?.join("<br>") ?? "-"),
  ]);
  return [table(["command", "policy"], commands), table(["action", ...accessKinds], rows)].join("\n\n");
}

/** What each action is granted on. */
function grantedBy(rights: AccessRights): ReadonlyMap<string, readonly string[]> {
  const on = (place: string, actions: readonly string[]) =>
    actions.map((action) => [action, [place]] as const);
  return new Map<string, readonly string[]>([
    ...on("the stack", rights.stack),
    ...on("its state machine", rights.stateMachine),
    ...on("executions of its state machine", rights.executions),
    ...on("its bucket", rights.bucket),
    ...Object.entries(rights.objects).map(([action, patterns]) => [action, patterns.map(code)] as const),
    ["s3:ListBucket", ["what it may get", ...rights.lists.map(code)]],
    ...on("the objects' KMS key, where there is one", rights.key),
  ]);
}

const code = (text: string) => `\`${text}\``;
const table = (head: string[], rows: string[][]) =>
  markdownTable([head, ...rows], { alignDelimiters: false });

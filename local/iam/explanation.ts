import type { Context } from "./condition-keys.ts";
import type { Denied } from "./decision.ts";
import type { Statement } from "./policy.ts";

/** Keys that AWS's own documents tell a statement by; the others say how, and not what is asked. */
const telling = ["s3:prefix"] as const;

/** For who runs the emulator: who asked for what, and which statement denied it or was missing. */
export function explanation({ caller, action, resource, context, reason }: Denied): string {
  const why =
    reason.kind === "explicit"
      ? [
          `denied by statement ${reason.by.statement.name} of ${reason.by.policy.name} (${reason.by.type}):`,
          `  ${JSON.stringify(describe(reason.by.statement))}`,
        ]
      : [
          `no ${reason.missing} allows it; the statement that is missing:`,
          `  ${JSON.stringify(missing(action, resource, context))}`,
        ];
  return [
    `denied: ${action}`,
    `  who:  ${caller}`,
    `  what: ${resource}`,
    ...Object.entries(context).flatMap(([key, value]) =>
      value === undefined ? [] : `  with: ${key} = ${value}`,
    ),
    ...why.map((line) => `  ${line}`),
  ].join("\n");
}

/** As it stands in its policy, principals aside. */
function describe({ effect, actions, resources, conditions }: Statement) {
  return {
    Effect: effect,
    Action: actions.texts,
    ...(resources && { Resource: resources.texts }),
    ...(conditions.length > 0 && {
      Condition: conditions.map(({ operator, key, values }) => ({ [operator]: { [key]: values } })),
    }),
  };
}

function missing(action: string, resource: string, context: Context) {
  const like = telling.flatMap((key) => {
    const value = context[key];
    return value === undefined ? [] : [[key, value]];
  });
  return {
    Effect: "Allow",
    Action: action,
    Resource: resource,
    ...(like.length > 0 && { Condition: { StringLike: Object.fromEntries(like) } }),
  };
}

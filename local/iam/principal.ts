import type { Refuse } from "./pattern.ts";

/** Who a resource's policy speaks of. */
export type Principal =
  | { readonly kind: "everybody" }
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "role" | "session"; readonly arn: string }
  | { readonly kind: "service"; readonly name: string };

export function readPrincipals(
  given:
    | "*"
    | { readonly AWS?: readonly string[] | undefined; readonly Service?: readonly string[] | undefined },
  refuse: Refuse,
): Principal[] {
  if (given === "*") return [{ kind: "everybody" }];
  return [
    ...(given.AWS ?? []).map((text) => awsPrincipal(text, refuse)),
    ...(given.Service ?? []).map((name): Principal => ({ kind: "service", name })),
  ];
}

function awsPrincipal(text: string, refuse: Refuse): Principal {
  if (text === "*") return { kind: "everybody" };
  const account = /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
  if (account !== undefined) return { kind: "account", account };
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text)) return { kind: "role", arn: text };
  if (/^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/.test(text)) {
    return { kind: "session", arn: text };
  }
  throw refuse(`the principal ${text}`);
}

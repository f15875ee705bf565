import { type ConditionKey, type Context, conditionKey } from "./condition-keys.ts";

/** Says what of a policy is not evaluated, and where it stands. */
export type Refuse = (what: string) => Error;

const many = Symbol("*");
const one = Symbol("?");
type Token = string | typeof many | typeof one;

/** A text of a policy, compiled: characters, wildcards and variables. */
export interface Pattern {
  matches(text: string, context: Context): boolean;
}

/**
 * "*" stands for any characters, slashes included, "?" for one; ${aws:userid} for what the request says, and ${*}, ${?}
 * and ${$} for themselves
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 * @param wildcards false where "*" and "?" stand for themselves too
 */
export function compilePattern(text: string, refuse: Refuse, wildcards = true): Pattern {
  const parts = text.split(/(\$\{[^}]*\})/).map((part) => partOf(part, refuse, wildcards));
  if (parts.every((part) => Array.isArray(part))) {
    return fixedPattern(parts.flat());
  }
  return {
    matches(actual, context) {
      const tokens: Token[] = [];
      for (const part of parts) {
        const said = Array.isArray(part) ? part : context[part];
        // a variable without a value matches nothing
        if (said === undefined) return false;
        tokens.push(...said);
      }
      return globMatches(tokens, actual);
    },
  };
}

/** Most patterns are one text, or what texts begin with: neither takes a search. */
function fixedPattern(tokens: readonly Token[]): Pattern {
  const wild = tokens.findIndex((token) => token === many || token === one);
  const beginning = tokens.slice(0, wild < 0 ? undefined : wild).join("");
  if (wild < 0) return { matches: (actual) => actual === beginning };
  const rest = tokens.slice(wild);
  if (rest.length === 1 && rest[0] === many) return { matches: (actual) => actual.startsWith(beginning) };
  return {
    matches: (actual) => actual.startsWith(beginning) && globMatches(rest, actual.slice(beginning.length)),
  };
}

function partOf(part: string, refuse: Refuse, wildcards: boolean): Token[] | ConditionKey {
  const name = /^\$\{(.*)\}$/s.exec(part)?.[1];
  if (name === undefined) return tokensOf(part, wildcards);
  if (/^[*?$]$/.test(name)) return [name];
  const key = conditionKey(name);
  if (key === undefined) throw refuse(`the policy variable ${part}`);
  return key;
}

function tokensOf(text: string, wildcards: boolean): Token[] {
  return Array.from(text.split(""), (character) => {
    if (!wildcards) return character;
    return character === "*" ? many : character === "?" ? one : character;
  });
}

/** Goes back to the last "*" only, so that no pattern takes longer than its length times the text's. */
function globMatches(tokens: readonly Token[], text: string): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let resumed = 0;
  while (at < text.length) {
    if (tokens[token] === many) {
      star = token++;
      resumed = at;
    } else if (token < tokens.length && (tokens[token] === one || tokens[token] === text[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resumed;
    } else return false;
  }
  while (tokens[token] === many) token++;
  return token === tokens.length;
}

/** arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, of which the last may hold further colons. */
export function partsOfArn(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/**
 * Compares an ARN part by part: a wildcard reaches no further than its own part
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN).
 */
export function compileArnPattern(text: string, refuse: Refuse): Pattern {
  if (text === "*") return { matches: () => true };
  // a variable's name may have a colon of its own
  const names: string[] = [];
  const marked = text.replace(/\$\{[^}]*\}/g, (name) => `\0${names.push(name) - 1}\0`);
  const parts = partsOfArn(marked);
  if (parts[0] !== "arn" || marked.split(":").length < 6) throw refuse(`${text}, which is no whole ARN,`);
  const patterns = parts.map((part) =>
    compilePattern(
      part.replace(/\0(\d+)\0/g, (_, index) => names[Number(index)] ?? ""),
      refuse,
    ),
  );
  return {
    matches(arn, context) {
      const actual = partsOfArn(arn);
      return patterns.every((pattern, i) => pattern.matches(actual[i] ?? "", context));
    },
  };
}

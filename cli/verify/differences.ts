/** A value that is not what it must be, by its place in a record: federated.rounds.3.accuracy. */
export interface Difference {
  readonly path: string;
  /** undefined where it is missing. */
  readonly found: unknown;
  /** undefined where there should be nothing. */
  readonly expected: unknown;
}

/** Where two JSON values differ, in the order of the expected one. */
export function differences(found: unknown, expected: unknown, path = ""): Difference[] {
  if (Object.is(found, expected)) return [];
  if (!isObject(found) || !isObject(expected) || Array.isArray(found) !== Array.isArray(expected)) {
    return [{ path, found, expected }];
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].flatMap((name) => {
    const below = path === "" ? name : `${path}.${name}`;
    return differences(at(found, name), at(expected, name), below);
  });
}

/** More of them than a person reads tell nothing more. */
const told = 3;

export function spokenDifferences(all: readonly Difference[]): string {
  const some = all
    .slice(0, told)
    .map(
      ({ path, found, expected }) =>
        `${path || "it"} is ${spoken(found)}, and by the other records ${spoken(expected)}`,
    );
  return [...some, ...(all.length > told ? [`and ${all.length - told} more`] : [])].join("; ");
}

const longest = 60;

function spoken(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}

function at(values: Values, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

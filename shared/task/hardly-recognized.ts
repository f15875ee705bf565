/** What a model does with the examples of a class. */
export interface RecognizedClass {
  readonly name: string;
  readonly examples: number;
  /** Of these, how many it takes for what they are. */
  readonly right: number;
}

/** A model finds fewer than this share of a class' examples: it hardly recognizes the class, whatever its accuracy. */
export const hardlyShare = 0.1;

/** Classes that are named in a warning. */
const mostNamed = 3;

export function hardlyRecognized(classes: readonly RecognizedClass[]): RecognizedClass[] {
  return classes.filter(({ examples, right }) => examples > 0 && right < hardlyShare * examples);
}

/** A warning of such classes; none where there are none. @param where " at the threshold 0.5", or nothing */
export function hardly(classes: readonly RecognizedClass[], where = ""): string[] {
  if (classes.length === 0) return [];
  const named = classes
    .slice(0, mostNamed)
    .map(({ name, examples, right }) => `${JSON.stringify(name)}${where} (${right} of ${examples} found)`);
  const more = classes.length > mostNamed ? ` and ${classes.length - mostNamed} other classes` : "";
  return [`hardly recognizes ${named.join(", ")}${more}`];
}

/** What the classes are called: their numbers where they have no names. */
export function calledClasses({
  classes,
  classNames,
}: {
  readonly classes: number;
  readonly classNames?: readonly string[] | undefined;
}): readonly string[] {
  return classNames ?? Array.from({ length: classes }, (_, i) => String(i));
}

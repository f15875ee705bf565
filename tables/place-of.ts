/** What a schema calls a column. */
export interface Called {
  readonly name: string;
  readonly aliases?: readonly string[] | undefined;
}

/** All columns of a header that may be the one that is called so: by its name or another, whatever their capitals. */
export function placesOf(header: readonly string[], { name, aliases = [] }: Called): number[] {
  const wanted = [name, ...aliases].map((one) => one.toLowerCase());
  return header.flatMap((one, at) => (wanted.includes(one.trim().toLowerCase()) ? [at] : []));
}

/** Where a file has a column that the schema names; -1 where it lacks it. */
export function placeOf(header: readonly string[], called: Called): number {
  const exact = header.indexOf(called.name);
  return exact >= 0 ? exact : (placesOf(header, called)[0] ?? -1);
}

/** The columns that the model sees, in its order. */
export function featureColumns<Column extends { readonly role: string }>({
  columns,
}: {
  readonly columns: readonly Column[];
}): Column[] {
  return columns.filter(({ role }) => role === "feature");
}

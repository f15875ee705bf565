/** In the place of report/page: a text with all that a story says, in whatever order its fields are. */
export function pageAsText() {
  const sorted = (_: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return { reportPage: (story: unknown) => JSON.stringify(story, sorted) };
}

import type { FieldCursor } from "./field-cursor.ts";

/**
 * Tells of the records that are whole in the cursor's buffer, as text; lines that are blank are none.
 * @param take is told a record's fields, and the line in which it ends
 * @returns where the first record begins that is not whole, or the buffer's end
 * @throws CsvFault, and what take throws
 */
export function wholeRecords(cursor: FieldCursor, take: (fields: string[], line: number) => void): number {
  while (cursor.position < cursor.end) {
    const { position, line } = cursor;
    const fields = oneRecord(cursor);
    if (!fields) {
      cursor.line = line;
      return position;
    }
    const endsIn = cursor.line++;
    if (fields.length > 1 || fields[0] !== "" || cursor.quoted) take(fields, endsIn);
  }
  return cursor.position;
}

/** The fields of the next line or lines; undefined where the buffer ends within them. */
export function oneRecord(cursor: FieldCursor): string[] | undefined {
  const fields: string[] = [];
  do {
    if (!cursor.next()) return undefined;
    fields.push(cursor.text);
  } while (!cursor.endsRecord);
  return fields;
}

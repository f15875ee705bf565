/** What people write where a value is missing; a schema may list others. */
export const usualGaps: readonly string[] = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "?"];

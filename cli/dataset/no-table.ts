import { InputError } from "../../shared/errors.ts";

/** DatasetInvalid of a table that no schema would read either: its rows, or the label that was named, are none. */
export class NoTable extends InputError {
  constructor(message: string) {
    super("DatasetInvalid", message);
  }
}

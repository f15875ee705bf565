import { FedstepError, objectInvalid } from "../shared/errors.ts";

/** What reading an object's content gives; what is wrong with that is wrong with the object. @throws ObjectInvalid naming the key */
export function naming<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    throw objectInvalid(`${key}: ${error.message}`, { cause: error });
  }
}

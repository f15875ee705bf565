import { answerDesk } from "../../owner/account/desk.ts";
import { configInvalid, FedstepError, InputError } from "../../shared/errors.ts";
import { type DeskAnswer, deskRequest } from "../../shared/owners/desk.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import type { Invoked } from "./home.ts";
import type { Training } from "./train.ts";

/** The function that the owner's own people ask: what they do wrong is said in words, since they are the owner. */
export function deskHandler({ place, tell }: Pick<Training, "place" | "tell">) {
  return async (event: unknown, context: Invoked): Promise<DeskAnswer> => {
    try {
      const asked = deskRequest.safeParse(event);
      if (!asked.success)
        throw configInvalid(`the desk is asked for nothing it does: ${problemsOf(asked.error)}`);
      tell(`is asked to ${asked.data.ask}`);
      const { name, federation } = place.environment;
      const [storage, at] = [place.home(context), new Date()];
      const done = await answerDesk(
        { storage, name, federation, readTable: () => place.readTable(), at },
        asked.data,
      );
      return { done: { ...done } };
    } catch (error) {
      if (!(error instanceof FedstepError)) throw error;
      const { name, message } = error;
      tell(`has not done it: ${name}`, { message });
      return { error: { name, message, isInput: error instanceof InputError } };
    }
  };
}

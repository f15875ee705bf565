import type { Json } from "./library.ts";

/** What the library's context object shows in the place of `$$.State.EnteredTime`, which it does not know. */
export const enteredTimeMark = "fedstep:the-time-at-which-the-state-was-entered";

/** A Task's parameters with the time in its place: however often the Task is repeated, that of its first attempt. */
export function withEnteredTime(parameters: Json, enteredAt: number): Json {
  const text = JSON.stringify(parameters);
  if (!text.includes(enteredTimeMark)) return parameters;
  return JSON.parse(text.replaceAll(enteredTimeMark, new Date(enteredAt).toISOString()));
}

/** What a task's words are filled with. */
interface ToldData {
  readonly name: string;
  readonly classes: number;
}

/** How reports and cards speak of a task. */
export interface TaskWords {
  /** What a model does, behind "A model that": "tells 10 classes of mnist apart". */
  purpose(data: ToldData): string;
  /** The score of one model in a sentence, around its value: ["is right for", "of"] the examples. */
  readonly scored: readonly [before: string, after: string];
  /** What a curve of the score shows: "Share of the 14,000 examples that each model gets right". */
  scoreOver(examples: string): string;
  /** What a client tells of how a model does on its examples. */
  readonly told: { readonly english: string; readonly korean: string };
  /** The loss: "cross-entropy" in "nats". */
  readonly loss: { readonly noun: string; readonly unit: string };
  /** Lines of Markdown about what not to expect of a model, in a card. */
  readonly limits: readonly string[];
  /** As Hugging Face calls it, of images and of tables. */
  readonly hub: { readonly images: string; readonly tables: string };
}

/** Processors that Lambda offers. */
export const architectures = ["arm64", "x86_64"] as const;

export type Architecture = (typeof architectures)[number];

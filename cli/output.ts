import { fstatSync, writeFileSync } from "node:fs";
import { isatty } from "node:tty";

/** A stream of this process that may be lost while it works: on a full disk, or with the terminal or reader behind it. */
export interface Output {
  write(text: string): void;
  /** Once all that was written has arrived, or why it never will. A reader who left, as head does, has what it wanted. */
  settled(): Promise<NodeJS.ErrnoException | undefined>;
}

export function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  let lost: NodeJS.ErrnoException | undefined;
  // progress bars write to the stream themselves
  stream.on("error", (error: NodeJS.ErrnoException) => {
    lost ??= error;
  });
  const direct = isFile(stream.fd);
  return {
    write(text) {
      if (lost) return;
      if (!direct) return void stream.write(text);
      try {
        // Node's own stream takes a write that a full disk cut short for a whole one
        writeFileSync(stream.fd, text);
      } catch (error) {
        lost = error instanceof Error ? error : new Error(String(error));
      }
    },
    async settled() {
      if (!lost) await new Promise<void>((resolve) => stream.write("", () => resolve()));
      return lost?.code === "EPIPE" ? undefined : lost;
    },
  };
}

function isFile(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFile() || (stats.isCharacterDevice() && !isatty(fd));
}

/**
 * Jupyter's streams are not terminals. Progress bars, such as the one of `tf.LayersModel.fit`, check `isTTY`, find that
 * it is not set, and print fragments. JupyterLab does support a carriage return, so this adds the few terminal methods
 * that progress bars need, implemented with carriage returns. Colors stay off, because notebooks are read in many
 * places.
 *
 * Training with `fit` of this library shows its progress through `update_display_data` instead.
 */
export function offerTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    // The number of characters in the current line, and the cursor position.
    let length = 0;
    let column = 0;
    const terminal = {
      isTTY: true,
      columns: 100,
      rows: 24,
      getColorDepth: () => 1,
      hasColors: () => false,
      getWindowSize: () => [100, 24],
      write(data: string | Uint8Array, ...rest: never[]): boolean {
        const text = typeof data === "string" ? data : Buffer.from(data).toString("utf8");
        const line = text.slice(Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1);
        if (text.includes("\n")) length = 0;
        column = (/[\n\r]/.test(text) ? 0 : column) + line.length;
        length = Math.max(length, column);
        return write(data, ...rest);
      },
      cursorTo(x: number): boolean {
        return x === 0 ? terminal.write("\r") : true;
      },
      /** Clears the line with spaces: to its end (1), to its start (-1), or all of it (0). */
      clearLine(direction: number): boolean {
        const rest = " ".repeat(Math.max(0, length - column));
        if (direction >= 0 && rest !== "") terminal.write(rest);
        if (direction === 0) terminal.write(`\r${" ".repeat(length)}\r`);
        length = direction === 0 ? 0 : column;
        return true;
      },
      clearScreenDown: () => true,
      moveCursor: () => true,
    };
    for (const [name, value] of Object.entries(terminal)) {
      Object.defineProperty(stream, name, { configurable: true, writable: true, value });
    }
  }
}

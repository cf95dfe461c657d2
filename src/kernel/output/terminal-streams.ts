/**
 * Jupyter's streams are no terminal: progress bars, such as the one of `tf.LayersModel.fit`, look at `isTTY`, find
 * nothing and print fragments. JupyterLab does understand a carriage return. Here the streams have the few methods
 * of a terminal that progress bars use, in terms of it. Colours stay off: notebooks are read in many places.
 *
 * Training with `fit` of this library shows its progress through `update_display_data` instead.
 */
export function offerTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    // Characters in the current line, and where the cursor stands in it.
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
      /** Clears to the end of the line (1), to its start (-1) or all of it (0), with spaces. */
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

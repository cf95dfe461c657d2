/** A part of the set-up failed. The message says what failed, why, and how to fix it. It is printed without a stack trace. */
export class SetupError extends Error {
  name = "SetupError";

  constructor(what, why, fix) {
    super(`✗ ${what}\n  why: ${indent(why)}\n  fix: ${indent(fix)}`);
  }
}

const indent = (text) => String(text).trim().replaceAll("\n", "\n       ");

/** A part of the set-up failed: what, why, and how to fix it. Printed without a stack. */
export class SetupError extends Error {
  name = "SetupError";

  constructor(what, why, fix) {
    super(`✗ ${what}\n  why: ${indent(why)}\n  fix: ${indent(fix)}`);
  }
}

const indent = (text) => String(text).trim().replaceAll("\n", "\n       ");

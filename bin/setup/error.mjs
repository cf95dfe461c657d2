/** A part of the set-up failed: what, why, and what to do about it. Printed without a stack. */
export class SetupError extends Error {
  name = "SetupError";

  constructor(what, why, mend) {
    super(`✗ ${what}\n  why:  ${indent(why)}\n  mend: ${indent(mend)}`);
  }
}

const indent = (text) => String(text).trim().replaceAll("\n", "\n        ");

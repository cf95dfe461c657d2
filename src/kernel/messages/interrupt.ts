import type { Handler } from "../protocol/server";

/**
 * The interrupt as a message on the control channel; tslab knows the signal only. The control thread has turned it into a
 * signal, which reaches synchronous code as well, and has replied.
 */
export const interrupted: Handler = () => undefined;

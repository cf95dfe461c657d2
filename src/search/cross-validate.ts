import { search } from "./grid-search";
import { type CrossValidateOptions, checkCrossValidation } from "./grid-search-options";
import type { Search } from "./search";
import type { Trial } from "./trial";

/**
 * Scores one way of fitting a model by K-fold cross-validation (Stone 1974): every example is scored once, by a model that has not
 * seen it.
 *
 * @param trial fits and scores a model, given no settings; or the file or URL of a module whose default export does
 * @returns one row per fold, and in `summary[0]` the mean score and its standard error
 * @throws ArgumentError for options out of range; TrialError, once the others have ended, where a trial threw
 */
export async function crossValidate(
  trial: Trial<Record<string, never>> | string | URL,
  options: CrossValidateOptions,
): Promise<Search<Record<string, never>>> {
  const checked = checkCrossValidation("crossValidate()", trial, options);
  return search("crossValidate()", "cross-validation", checked) as Promise<Search<Record<string, never>>>;
}

import { search } from "./grid-search";
import { type CrossValidateOptions, checkCrossValidation } from "./grid-search-options";
import type { Search } from "./search";
import type { Trial } from "./trial";

/**
 * Scores one way of fitting a model by K-fold cross-validation (Stone 1974): every example is scored once, by a model that was
 * not trained on it.
 *
 * @param trial a function that fits and scores a model (it receives no settings), or the file or URL of a module with such a
 *   function as its default export
 * @returns one row per fold, and in `summary[0]` the mean score and its standard error
 * @throws ArgumentError for options out of range; TrialError if a trial threw, after the other trials have ended
 */
export async function crossValidate(
  trial: Trial<Record<string, never>> | string | URL,
  options: CrossValidateOptions,
): Promise<Search<Record<string, never>>> {
  const checked = checkCrossValidation("crossValidate()", trial, options);
  return search("crossValidate()", "cross-validation", checked) as Promise<Search<Record<string, never>>>;
}

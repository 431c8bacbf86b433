import { type ApiError, apiError } from '../../contract/errors.js'

const LIST_HINT = 'GET /v1/models lists the supported models; the operator of this proxy can map other names with MODEL_ALIASES.'

/**
 * Makes the 404 `model_not_found` for a model that does not exist or cannot do what was requested.
 *
 * @param model - the name that the client used; a long one is cut
 * @param problem - completes the sentence "The model ..."
 * @param cause - what Gemini reported, for the log
 */
export const modelNotFoundError = (model: string, problem = `does not exist. ${LIST_HINT}`, cause?: Error): ApiError =>
  apiError('model_not_found', `The model '${model.slice(0, 100)}' ${problem}`, { param: 'model', cause })

/**
 * Makes the 404 `model_not_found` for a name that no model has.
 *
 * @param suggestion - the model with a similar name, which the message suggests; undefined for none
 * @param hint - the sentence that says which models exist
 */
export const unknownModelError = (model: string, suggestion: string | undefined, hint = LIST_HINT): ApiError =>
  modelNotFoundError(model, `does not exist. ${suggestion === undefined ? '' : `Did you mean '${suggestion}'? `}${hint}`)

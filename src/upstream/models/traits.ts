/** What a model takes and does, where models differ. Source: Google's model pages, November 2026. */
export interface ModelTraits {
  readonly takesPenalties: boolean
  readonly takesLogprobs: boolean
  /** True where functions and Google's own tools may stand in one request. */
  readonly mixesBuiltInTools: boolean
  /** True where the result of a function may hold images and documents. */
  readonly takesMediaInResults: boolean
  /** True where an answer in JSON may be asked for beside functions. */
  readonly jsonBesideTools: boolean
  readonly makesImages: boolean
  /** False where Google refuses a system instruction. */
  readonly hasInstructions: boolean
  /** True where a long answer goes on in another request. */
  readonly continues: boolean
  readonly needsSignatures: boolean
}

/** The traits of a model, by its family where the catalogue does not list it. */
export function traitsOf(modelId: string): ModelTraits {
  const isGemini2 = /^gemini-[12]\b/.test(modelId)
  const isGemma = modelId.startsWith('gemma-')
  const isLate = !isGemini2 && !isGemma
  return {
    takesPenalties: /^gemini-(?:1|2\.0)\b/.test(modelId),
    takesLogprobs: isGemini2,
    mixesBuiltInTools: isLate,
    takesMediaInResults: isLate,
    jsonBesideTools: isLate,
    makesImages: /-image\b/.test(modelId),
    hasInstructions: !/^gemma-3|-image-preview$/.test(modelId),
    continues: /^gemini-(?![123]\b)\d/.test(modelId),
    needsSignatures: isLate,
  }
}

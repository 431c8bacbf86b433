import type { ChatCompletionRequest } from '../../../contract/types.js'
import { toGeminiName } from '../../request/repairs/functionNames.js'

/** Returns the names of the functions that a request declares, as they are sent to Gemini. */
export function declaredNamesIn({ tools, functions }: Pick<ChatCompletionRequest, 'tools' | 'functions'>): ReadonlySet<string> {
  const declared = [...(functions ?? []), ...(tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []))]
  return new Set(declared.map(({ name }) => toGeminiName(name, 'native')))
}

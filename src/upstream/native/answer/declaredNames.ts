import type { ChatCompletionRequest } from '../../../contract/types.js'
import { toGeminiName } from '../../request/repairs/functionNames.js'

/** Returns the functions that a request declares, by the names that Gemini is sent. */
export function declaredNamesIn({ tools, functions }: Pick<ChatCompletionRequest, 'tools' | 'functions'>): ReadonlySet<string> {
  const declared = [...(functions ?? []), ...(tools ?? []).flatMap((tool) => (tool.type === 'function' ? [tool.function] : []))]
  return new Set(declared.map(({ name }) => toGeminiName(name, 'native')))
}

import { omit } from '../../../contract/copyOnWrite.js'
import type { ChatCompletionRequest } from '../../../contract/types.js'
import type { RequestRepair } from './context.js'

const MAX_STOP_SEQUENCES = 5

/** True if a request has a stop sequence that is not empty. */
export const hasStopSequences = ({ stop }: Pick<ChatCompletionRequest, 'stop'>): boolean => [stop ?? ''].flat().some(Boolean)

/** Removes empty stop sequences and those over the limit, and reports them as ignored. */
export const stopSequencesRepair: RequestRepair = {
  name: 'stop-sequences',
  reason: 'Gemini accepts up to 5 stop sequences; an empty stop sequence has no effect.',
  apply: (request, { ignore }) => {
    const { stop } = request
    if (stop === null || stop === undefined) return request
    const texts = [stop].flat()
    const kept: string[] = []
    for (const [index, text] of texts.entries()) {
      if (text !== '' && kept.length < MAX_STOP_SEQUENCES) kept.push(text)
      else ignore(typeof stop === 'string' ? 'stop' : `stop[${index}]`)
    }
    if (kept.length === 0) return omit(request, 'stop')
    return kept.length === texts.length ? request : { ...request, stop: kept }
  },
}

import { isPlain, type Turn } from './calls.js'
import { factsOf } from './natural/facts.js'
import { fill } from './natural/fill.js'
import { isHandover, planFor } from './natural/plan.js'
import { mediaSentence, parsed, resultSentences } from './natural/sentence.js'
import { transcribeSound } from './natural/sound.js'
import { isObject } from './strict.js'
import { hasChinese } from './tokens.js'
import type { Behaviour, JsonObject } from './types.js'
import { type ChatMessage, type ChatRequest, type Part, textOf } from './wire.js'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const EXPLANATIONS = {
  en: '(This is the simulator of Gemini Proxy: it repeats what it gets, calls tools, fills JSON schemas and names the media it received. With a GEMINI_API_KEY, Gemini answers.)',
  zh: '（这是 Gemini Proxy 的模拟器：它复述收到的内容，会调用工具、按 JSON Schema 输出，并说明收到的媒体。设置 GEMINI_API_KEY 后由 Gemini 回答。）',
} as const

/**
 * Makes the default text of an answer: JSON if the request sets a JSON format; otherwise the tool
 * results, a question for missing arguments of a tool, or an echo of the user's text.
 */
export const textFor = (request: ChatRequest, behaviour: Behaviour, turn: Turn): string => {
  const extra = `${' ![image](data:image/png;base64,PIXEL)'.replace('PIXEL', PIXEL).repeat(behaviour.images ?? 0)}${'x'.repeat(behaviour.hugeEventBytes ?? 0)}`
  const format = request.response_format
  if (format?.type === 'json_schema') return JSON.stringify(valueFor(format.json_schema?.schema ?? { type: 'object' }, turn))
  const plain = plainText(request, behaviour, turn)
  return format?.type === 'json_object' ? JSON.stringify({ answer: plain }) : plain + extra
}

/** Makes a value that matches a schema, with values from tool results and from the user's text. */
function valueFor(schema: JsonObject, { userText, results, calls }: Turn): unknown {
  const text = [userText, ...results.map((result) => textOf(result.content))].join('\n').trim()
  const given = [...results.map((result) => textOf(result.content)), ...calls.map((call) => call.function?.arguments ?? '')].map(parsed)
  return fill(schema, { text, facts: factsOf(text), data: Object.assign({}, ...given.filter(isObject).reverse()) }, 'answer').value
}

function plainText(request: ChatRequest, behaviour: Behaviour, turn: Turn): string {
  const results = turn.results.filter((result) => !isHandover(nameOf(result, turn)))
  if (results.length > 0) {
    const media = results.map(({ content }) => mediaSentence(content, turn.userText))
    return joined([resultSentences(results, turn.calls, turn.userText), ...media], turn.userText)
  }
  const isAsked = request.tool_choice !== 'none' && (request.tools ?? []).length > 0 && turn.isFresh && isPlain(behaviour)
  const question = isAsked && behaviour.steps === undefined ? planFor(request, turn.userText).question : undefined
  if (question !== undefined) return question
  const last = (request.messages ?? []).findLast((message) => message.role === 'user')?.content
  const recording = Array.isArray(last) ? last.find((part: Part) => part.input_audio !== undefined)?.input_audio : undefined
  if (recording !== undefined && isTranscription(request))
    return transcribeSound(recording.data ?? '', recording.format ?? '') || '[no speech]'
  const media = mediaSentence(last, turn.userText)
  const isChinese = hasChinese(turn.userText)
  const said = isChinese ? `你说：${turn.userText}` : `You said: ${turn.userText}`
  const explanation = behaviour.explains === true ? EXPLANATIONS[isChinese ? 'zh' : 'en'] : ''
  return joined([said, media, explanation], turn.userText)
}

/** True if a system message instructs the model to transcribe. */
const isTranscription = ({ messages }: ChatRequest): boolean =>
  (messages ?? []).some(({ role, content }) => role === 'system' && /^Transcribe\b/.test(textOf(content)))

const joined = (sentences: readonly string[], userText: string): string =>
  sentences.filter((sentence) => sentence !== '').join(hasChinese(userText) ? '' : ' ')

const nameOf = (result: ChatMessage, { calls }: Turn): string | undefined =>
  calls.find(({ id }) => id === result.tool_call_id)?.function?.name

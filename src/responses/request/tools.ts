import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import type { PlacedItem } from './items.js'
import { type Fields, isRecord, optionalTextOf, textOf } from './readers.js'
import { type DeclaredTool, toChatName } from './toolNames.js'

type ChatTool = NonNullable<ChatCompletionRequest['tools']>[number]

/** The tools of a request, as the chat gets them. */
export interface ChatTools {
  readonly tools: readonly ChatTool[]
  /** Where each stands in the request, such as `tools[2]`. */
  readonly places: readonly string[]
  /** What each of the chat's names stands for. */
  readonly declared: ReadonlyMap<string, DeclaredTool>
  /** Tools that are left out. */
  readonly ignored: readonly string[]
}

interface Growing {
  readonly tools: ChatTool[]
  readonly places: string[]
  /** Where each of the chat's names stands among the tools. */
  readonly indexes: Map<string, number>
  readonly declared: Map<string, DeclaredTool>
  readonly ignored: string[]
}

type Adding = (tool: Fields, place: string, growing: Growing, namespace?: string) => void

/** What each kind of tool becomes. Others are OpenAI's own, and stay out. */
const KINDS: ReadonlyMap<unknown, Adding> = new Map<unknown, Adding>([
  ['function', addFunction],
  ['custom', addCustom],
  ['namespace', addNamespace],
])

/**
 * Brings tools to the chat's form: those of the request, and those that come among the items of its input, as Codex sends them for some models.
 *
 * @throws 400 where one has no name
 */
export function toChatTools(tools: ResponseRequest['tools'], items: readonly PlacedItem[] = []): ChatTools {
  const growing: Growing = { tools: [], places: [], indexes: new Map(), declared: new Map(), ignored: [] }
  for (const [index, tool] of (tools ?? []).entries()) add(tool, `tools[${index}]`, growing)
  for (const { item, place } of items) {
    if (item.type !== 'additional_tools' || !Array.isArray(item.tools)) continue
    for (const [index, tool] of item.tools.entries()) if (isRecord(tool)) add(tool, `${place}.tools[${index}]`, growing)
  }
  return growing
}

function add(tool: Fields, place: string, growing: Growing, namespace?: string): void {
  const kind = KINDS.get(tool.type)
  if (kind === undefined) growing.ignored.push(place)
  else kind(tool, place, growing, namespace)
}

function addFunction(tool: Fields, place: string, growing: Growing, namespace?: string): void {
  const { parameters } = tool
  declare(tool, place, growing, { kind: 'function', namespace }, (name) => ({
    name,
    ...descriptionOf(optionalTextOf(tool, 'description')),
    ...(isRecord(parameters) ? { parameters } : {}),
    ...(tool.strict === true ? { strict: true } : {}),
  }))
}

/** A custom tool is emulated by a function with one text. */
function addCustom(tool: Fields, place: string, growing: Growing, namespace?: string): void {
  declare(tool, place, growing, { kind: 'custom', namespace }, (name) => ({
    name,
    ...descriptionOf([optionalTextOf(tool, 'description'), ...formatWords(tool.format)].filter(Boolean).join('\n\n')),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole text for the tool, exactly as the tool is to get it.' } },
      required: ['input'],
    },
  }))
}

/** What a model has to be told of the form of a text, since nothing enforces it. */
function formatWords(format: unknown): string[] {
  if (!isRecord(format) || format.type !== 'grammar') return []
  const grammar = isRecord(format.grammar) ? format.grammar : format
  const syntax = optionalTextOf(grammar, 'syntax')
  const definition = optionalTextOf(grammar, 'definition')
  if (definition === undefined) return []
  return [`\`input\` must follow this grammar${syntax === undefined ? '' : ` (${syntax})`}, and hold nothing else:\n${definition}`]
}

function addNamespace(tool: Fields, place: string, growing: Growing, outer?: string): void {
  const namespace = textOf(tool, 'name', place)
  // OpenAI has no namespace within another.
  if (outer !== undefined || !Array.isArray(tool.tools)) {
    growing.ignored.push(place)
    return
  }
  for (const [index, inner] of tool.tools.entries()) if (isRecord(inner)) add(inner, `${place}.tools[${index}]`, growing, namespace)
}

const descriptionOf = (description: string | undefined): { description?: string } => (description ? { description } : {})

type Definition = Extract<ChatTool, { type: 'function' }>['function']

function declare(
  tool: Fields,
  place: string,
  { tools, places, indexes, declared }: Growing,
  { kind, namespace }: Pick<DeclaredTool, 'kind' | 'namespace'>,
  define: (chatName: string) => Definition,
): void {
  const name = textOf(tool, 'name', place)
  const chatName = toChatName(name, namespace)
  // What is told again along the way is the same tool, as it is now.
  const index = indexes.get(chatName) ?? tools.length
  indexes.set(chatName, index)
  declared.set(chatName, { kind, name, namespace })
  places[index] = place
  tools[index] = { type: 'function', function: define(chatName) }
}

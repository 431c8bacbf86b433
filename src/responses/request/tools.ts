import { apiError } from '../../contract/errors.js'
import { isRecord } from '../../contract/isRecord.js'
import type { ChatCompletionRequest, ResponseRequest } from '../../contract/types.js'
import { type GoogleTool, googleToolOf, listIgnoredSettings } from './googleTools.js'
import type { Item, LocatedItem } from './item.js'
import { type JsonObject, optionalString, requireString } from './readers.js'
import { type DeclaredTool, toChatName } from './toolNames.js'
import { TOOL_SEARCH } from './toolSearch.js'

type ChatTool = NonNullable<ChatCompletionRequest['tools']>[number]

/** The tools of a request, converted to the chat API's. */
export interface ChatTools {
  readonly tools: readonly ChatTool[]
  /** Path of each tool in the client's request, such as `tools[2]`. */
  readonly paths: readonly string[]
  /** The client's tools, by their function name in the chat. */
  readonly declared: ReadonlyMap<string, DeclaredTool>
  /** Paths of the tools that are ignored. */
  readonly ignored: readonly string[]
  /** The `image_generation` tool; the chat has `modalities` and `image_config` instead. */
  readonly imageTool: { readonly tool: JsonObject; readonly path: string } | undefined
}

interface ToolList {
  readonly tools: ChatTool[]
  readonly paths: string[]
  readonly declared: Map<string, DeclaredTool>
  readonly ignored: string[]
  readonly hasGoogleTools: boolean
  /** The tools that Google executes, with their paths in the client's request. */
  readonly googleTools: Map<GoogleTool, string>
  imageTool: ChatTools['imageTool']
}

type AddTool = (tool: JsonObject, path: string, list: ToolList, namespace?: string) => void

/** Converters of tools by `type`. Tools of other types become Google's or are ignored. */
const ADDERS: ReadonlyMap<unknown, AddTool> = new Map<unknown, AddTool>([
  ['function', addFunction],
  ['custom', addCustom],
  ['namespace', addNamespace],
  ['tool_search', addToolSearch],
  ['image_generation', addImageTool],
])

/**
 * Converts the tools of a request, and those declared by its items: `additional_tools` (Codex, for
 * some models), and outputs of tool searches that the client executes.
 *
 * @throws 400 for a tool without a name
 */
export function toChatTools(
  tools: ResponseRequest['tools'],
  { hasGoogleTools, items, clientSearches }: { hasGoogleTools: boolean; items: readonly LocatedItem[]; clientSearches: ReadonlySet<Item> },
): ChatTools {
  const list: ToolList = {
    tools: [],
    paths: [],
    declared: new Map(),
    ignored: [],
    hasGoogleTools,
    googleTools: new Map(),
    imageTool: undefined,
  }
  addTools(tools, 'tools', list)
  for (const { item, path } of items) {
    const isDeclaring = item.type === 'additional_tools' || (item.type === 'tool_search_output' && clientSearches.has(item))
    if (isDeclaring) addTools(item.tools, `${path}.tools`, list)
  }
  // Google's tools go last: removing them must not change the index of other tools.
  return {
    ...list,
    tools: [...list.tools, ...list.googleTools.keys()],
    paths: [...list.paths, ...list.googleTools.values()],
  }
}

function addTools(tools: unknown, path: string, list: ToolList, namespace?: string): void {
  for (const [index, tool] of Array.isArray(tools) ? tools.entries() : []) {
    if (!isRecord(tool)) continue
    const add = ADDERS.get(tool.type) ?? addGoogleTool
    add(tool, `${path}[${index}]`, list, namespace)
  }
}

function addFunction(tool: JsonObject, path: string, list: ToolList, namespace?: string): void {
  declareFunction(tool, path, list, { kind: 'function', namespace })
}

/** Adds Google's equivalent of an OpenAI tool; ignores a tool without one, and duplicates. */
function addGoogleTool(tool: JsonObject, path: string, { hasGoogleTools, googleTools, ignored }: ToolList): void {
  const googleTool = hasGoogleTools ? googleToolOf(tool.type) : undefined
  if (googleTool === undefined || googleTools.has(googleTool)) {
    ignored.push(path)
    return
  }
  googleTools.set(googleTool, path)
  for (const name of listIgnoredSettings(tool)) ignored.push(`${path}.${name}`)
}

function addImageTool(tool: JsonObject, path: string, list: ToolList, namespace?: string): void {
  if (list.imageTool === undefined && namespace === undefined) list.imageTool = { tool, path }
  else list.ignored.push(path)
}

/** Declares a tool search as a function if the client executes it; OpenAI's own is ignored. */
function addToolSearch(tool: JsonObject, path: string, list: ToolList): void {
  if (tool.execution !== 'client') list.ignored.push(path)
  else declareFunction({ ...tool, name: TOOL_SEARCH }, path, list, { kind: 'tool_search', namespace: undefined })
}

function declareFunction(tool: JsonObject, path: string, list: ToolList, as: Pick<DeclaredTool, 'kind' | 'namespace'>): void {
  const { parameters } = tool
  declareTool(tool, path, list, as, (name) => ({
    name,
    ...toDescription(optionalString(tool, 'description')),
    ...(isRecord(parameters) ? { parameters } : {}),
    ...(tool.strict === true ? { strict: true } : {}),
  }))
}

/** Emulates a custom tool by a function with one string parameter. */
function addCustom(tool: JsonObject, path: string, list: ToolList, namespace?: string): void {
  declareTool(tool, path, list, { kind: 'custom', namespace }, (name) => ({
    name,
    ...toDescription([optionalString(tool, 'description'), ...describeFormat(tool.format)].filter(Boolean).join('\n\n')),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The complete input of the tool, exactly as the tool should receive it.' } },
      required: ['input'],
    },
  }))
}

/** Describes the input grammar of a custom tool to the model: Gemini does not enforce it. */
function describeFormat(format: unknown): string[] {
  if (!isRecord(format) || format.type !== 'grammar') return []
  const grammar = isRecord(format.grammar) ? format.grammar : format
  const syntax = optionalString(grammar, 'syntax')
  const definition = optionalString(grammar, 'definition')
  if (definition === undefined) return []
  return [`\`input\` must match this grammar${syntax === undefined ? '' : ` (${syntax})`} and contain nothing else:\n${definition}`]
}

function addNamespace(tool: JsonObject, path: string, list: ToolList, outer?: string): void {
  const namespace = requireName(tool, path)
  // Nested namespaces are ignored, because OpenAI does not support them.
  if (outer !== undefined || !Array.isArray(tool.tools)) list.ignored.push(path)
  else addTools(tool.tools, `${path}.tools`, list, namespace)
}

/** Returns the name of a tool or namespace. @throws 400 if it is missing or empty */
function requireName(tool: JsonObject, path: string): string {
  const name = requireString(tool, 'name', path)
  if (name !== '') return name
  const param = `${path}.name`
  throw apiError('string_too_short', `Invalid '${param}': string too short. Expected at least 1 character(s).`, { param })
}

const toDescription = (description: string | undefined): { description?: string } => (description ? { description } : {})

function declareTool(
  tool: JsonObject,
  path: string,
  { tools, paths, declared }: ToolList,
  { kind, namespace }: Pick<DeclaredTool, 'kind' | 'namespace'>,
  define: (chatName: string) => Extract<ChatTool, { type: 'function' }>['function'],
): void {
  const name = requireName(tool, path)
  const chatName = toChatName(name, namespace)
  // Of several tools with the same name, the last one counts, as in chat requests.
  declared.set(chatName, { kind, name, namespace })
  paths.push(path)
  tools.push({ type: 'function', function: define(chatName) })
}

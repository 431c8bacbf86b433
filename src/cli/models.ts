import { kindOfListedModel } from '../contract/modelKind.js'
import type { Model } from '../contract/types.js'
import { makeModels } from '../upstream/models/directory.js'
import { type CliContext, CliError } from './io/context.js'
import type { ParsedArguments } from './io/options.js'
import { ProgressLine } from './io/progress.js'
import { callProxyJson, readAddress } from './io/proxyClient.js'
import { toTable } from './io/table.js'
import { styleFor, toSafeJson } from './io/terminal.js'

/** Command line options of `models`. */
export const MODELS_OPTIONS = { json: { type: 'boolean' }, 'built-in': { type: 'boolean' } } as const

/** `models`: lists the models of a running proxy, or the built-in ones. @returns the exit code */
export async function runModels(given: ParsedArguments, context: CliContext): Promise<number> {
  const models = given.has('built-in') ? builtInModels() : await fetchModels(given, context)
  if (given.has('json')) process.stdout.write(`${toSafeJson({ object: 'list', data: models }, 2)}\n`)
  else process.stdout.write(toModelTable(models, context))
  return 0
}

function builtInModels(): Model[] {
  const lookup = { exists: () => Promise.resolve(false) }
  return makeModels({ extraModels: [], modelAliases: [], claudeModels: [], lookup, now: Date.now }).list()
}

async function fetchModels(given: ParsedArguments, context: CliContext): Promise<Model[]> {
  const address = readAddress(given, context)
  const progress = new ProgressLine(context.env)
  progress.show((seconds) => context.texts.asking(address.baseUrl, seconds))
  try {
    const list = (await callProxyJson(address, { path: '/models' }, context)) as { data?: unknown }
    if (Array.isArray(list.data) && list.data.every((model) => typeof model?.id === 'string')) return list.data
    throw new CliError(context.texts.noProxy(address.baseUrl, 200))
  } finally {
    progress.stop()
  }
}

function toModelTable(models: readonly Model[], { texts, env }: CliContext): string {
  const { dim, bold } = styleFor(process.stdout, env)
  const columns = [texts.columns.model, texts.columns.kind, texts.columns.thinking, texts.columns.note].map((title) => ({ title }))
  const rows = models.map((model) => [
    model.id,
    kindOfListedModel(model),
    model.thinking_levels?.join(' ') || '-',
    toRetirementNote(model, texts),
  ])
  const [titles = '', ...lines] = toTable(columns, rows)
  const shown = lines.map((line, index) => (models[index]?.retired ? dim(line) : line))
  return `${[bold(titles), ...shown].join('\n')}\n`
}

function toRetirementNote({ retired, replacement }: Model, texts: CliContext['texts']): string {
  if (!retired) return ''
  return replacement === null || replacement === undefined ? texts.retired : `${texts.retired} → ${replacement}`
}

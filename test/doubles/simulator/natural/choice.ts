import type { Tool } from '../wire.js'
import type { Fact, FactKind } from './facts.js'
import { type Word, wordsOf } from './words.js'

/** A tool that a model would call for a text. */
export interface Choice {
  readonly tool: Tool
  /** Positions in the text of those words that match the tool. */
  readonly evidence: readonly number[]
}

interface Candidate extends Choice {
  readonly score: number
}

interface Described {
  readonly tool: Tool
  readonly name: readonly Word[]
  readonly description: readonly Word[]
  readonly parameters: readonly Word[]
}

const ENOUGH = 2
const MAX_TOOLS = 128
const MAX_DESCRIPTION = 400
/** Texts that a model writes itself, even if a tool matches their subject: poems, stories, ... */
const OWN_WORK = /\b(?:poem|joke|story|essay|haiku|song|limerick)s?\b|诗|笑话|故事|作文/i
const SEARCHES = /search|look_?up|retriev|query|knowledge|find|搜索|检索|查询/i

/**
 * Chooses the tools that a model would call for a text: those whose names, descriptions and
 * parameters share words with the text. It may choose up to four tools.
 */
export const chooseTools = (tools: readonly Tool[], text: string, facts: readonly Fact[]): readonly Choice[] => {
  const described = tools.slice(0, MAX_TOOLS).map(describe)
  const chosen: Candidate[] = []
  let words = [...wordsOf(text), ...impliedBy(facts)]
  if (OWN_WORK.test(text) && !described.some(({ name }) => name.some(({ stem }) => OWN_WORK.test(stem)))) return []
  while (chosen.length < 4) {
    const best = bestOf(described, words, facts.length > 0)
    if (best === undefined || best.score < ENOUGH) break
    chosen.push(best)
    const used = new Set(words.filter(({ at }) => best.evidence.includes(at)).flatMap(({ stem, concept }) => [stem, concept]))
    words = words.filter(({ stem, concept }) => !used.has(stem) && (concept === undefined || !used.has(concept)))
    described.splice(
      described.findIndex(({ tool }) => tool === best.tool),
      1,
    )
  }
  if (chosen.length > 0) return chosen.sort((a, b) => Math.min(...a.evidence) - Math.min(...b.evidence))
  const search = /[?？]|^\s*(?:who|what|when|where|how|which|why)\b/i.test(text) ? tools.find(isSearch) : undefined
  return search === undefined || wordsOf(text).length === 0 ? [] : [{ tool: search, evidence: [] }]
}

/** Returns the tool that matches the text best, however badly; if none matches, the first one. */
export const bestTool = (tools: readonly Tool[], text: string): Tool | undefined =>
  bestOf(tools.slice(0, MAX_TOOLS).map(describe), wordsOf(text), true)?.tool ?? tools[0]

const IMPLIED: { readonly [kind in FactKind]?: string } = { expression: 'arithmetic', path: 'file', url: 'page', email: 'mail' }

/** Returns the concepts that facts of a text imply: "12 * 7" implies arithmetic: a calculator. */
const impliedBy = (facts: readonly Fact[]): Word[] =>
  facts.flatMap(({ kind, at }) => {
    const concept = IMPLIED[kind]
    return concept === undefined ? [] : [{ stem: `(${concept})`, concept, at }]
  })

function bestOf(tools: readonly Described[], words: readonly Word[], hasFacts: boolean): Candidate | undefined {
  let best: Candidate | undefined
  for (const tool of tools) {
    const candidate = rate(tool, words, hasFacts)
    if (candidate.score > (best?.score ?? 0)) best = candidate
  }
  return best
}

function rate({ tool, name, description, parameters }: Described, words: readonly Word[], hasFacts: boolean): Candidate {
  const evidence: number[] = []
  const seen = new Set<string>()
  let score = 0
  for (const word of words) {
    const gain = Math.max(matchIn(name, word, 3, 2.5), matchIn(description, word, 1.25, 1), matchIn(parameters, word, 0.75, 0.75))
    if (gain === 0) continue
    evidence.push(word.at)
    if (!seen.has(word.concept ?? word.stem)) score += gain
    seen.add(word.concept ?? word.stem)
  }
  const unsaid = name.filter((own) => matchIn(words, own, 1, 1) === 0).length
  if (score >= 1 && hasFacts) score += 0.75
  return { tool, evidence, score: score - Math.min(1.2, 0.4 * unsaid) }
}

function matchIn(words: readonly Word[], { stem, concept }: Word, forWord: number, forConcept: number): number {
  if (words.some((own) => own.stem === stem)) return forWord
  return concept !== undefined && words.some((own) => own.concept === concept) ? forConcept : 0
}

const describe = (tool: Tool): Described => ({
  tool,
  name: wordsOf(tool.function?.name ?? ''),
  description: wordsOf((tool.function?.description ?? '').slice(0, MAX_DESCRIPTION)),
  parameters: wordsOf(
    Object.keys(tool.function?.parameters?.properties ?? {})
      .slice(0, 20)
      .join(' '),
  ),
})

/** True for a general search tool, which is called for questions that match no other tool. */
const isSearch = ({ function: declared }: Tool): boolean =>
  SEARCHES.test(declared?.name ?? '') &&
  Object.keys(declared?.parameters?.properties ?? {}).some((name) => /^(?:query|q|question|text|keywords?|input)$/i.test(name))

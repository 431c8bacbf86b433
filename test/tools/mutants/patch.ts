import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One change of the sources that a test has to notice. */
export interface Mutant {
  readonly name: string
  /** What is wrong with it, in one line. */
  readonly what: string
  /** The test file that has to fail, and which of its tests; all of them unless told. */
  readonly test: string
  readonly title: string | undefined
  readonly changes: readonly Change[]
}

/** A text that stands in a file once, and what takes its place. */
export interface Change {
  readonly file: string
  readonly before: string
  readonly after: string
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** Reads all patches beside this file. */
export const readMutants = (): Mutant[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => parseMutant(name.replace('.patch', ''), readFileSync(`${FOLDER}${name}`, 'utf8')))

/**
 * Reads a patch: a line that says what it does, the lines `Test:` and, if need be, `Title:`, then a unified diff.
 *
 * @throws where one of them is missing
 */
export function parseMutant(name: string, text: string): Mutant {
  const [head = '', ...files] = text.split(/^--- a\//m)
  const field = (label: string): string | undefined => new RegExp(`^${label}: (.+)$`, 'm').exec(head)?.[1]
  const test = field('Test')
  const changes = files.flatMap(changesIn)
  if (test === undefined || changes.length === 0) throw new Error(`${name}: no Test: line, or no change`)
  return { name, what: head.split('\n', 1)[0] ?? '', test, title: field('Title'), changes }
}

function changesIn(diff: string): Change[] {
  const file = diff.split('\n', 1)[0] ?? ''
  const [, ...hunks] = diff.split(/^@@ .* @@.*\n/m)
  return hunks.map((hunk) => {
    const lines = hunk.split('\n').filter((line) => /^[ +-]/.test(line))
    const side = (other: string): string => lines.flatMap((line) => (line.startsWith(other) ? [] : [`${line.slice(1)}\n`])).join('')
    return { file, before: side('+'), after: side('-') }
  })
}

/**
 * Makes a change, wherever in the file its text stands by now.
 *
 * @throws where the text is not there, or not only once: the patch does not apply any more
 */
export function applyChange(text: string, { file, before, after }: Change): string {
  const count = text.split(before).length - 1
  if (count !== 1) throw new Error(`does not apply: its text is ${count} times in ${file}`)
  return text.replace(before, () => after)
}

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A defect planted in the sources, which a test must detect. */
export interface Mutant {
  readonly name: string
  /** The defect, described in one line. */
  readonly what: string
  /**
   * The test file that must fail, and the title of the tests to run in it; without a title, all
   * run.
   */
  readonly test: string
  readonly title: string | undefined
  readonly changes: readonly Change[]
}

/** A text that occurs once in a file, with its replacement. */
export interface Change {
  readonly file: string
  readonly before: string
  readonly after: string
}

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** Reads all patches of this folder. */
export const readMutants = (): Mutant[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => parseMutant(name.replace('.patch', ''), readFileSync(`${FOLDER}${name}`, 'utf8')))

/**
 * Parses a patch: a line with the defect, a line `Test:`, optionally a line `Title:`, then a
 * unified diff.
 *
 * @throws if the test or the diff is missing
 */
export function parseMutant(name: string, text: string): Mutant {
  const [head = '', ...files] = text.split(/^--- a\//m)
  const field = (label: string): string | undefined => new RegExp(`^${label}: (.+)$`, 'm').exec(head)?.[1]
  const test = field('Test')
  const changes = files.flatMap(changesIn)
  if (test === undefined || changes.length === 0) throw new Error(`${name}: the Test: line or the diff is missing`)
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
 * Applies a change by its text, independent of line numbers.
 *
 * @throws if the text does not occur exactly once, so that the patch no longer applies
 */
export function applyChange(text: string, { file, before, after }: Change): string {
  const count = text.split(before).length - 1
  if (count !== 1) throw new Error(`does not apply: its text occurs ${count} times in ${file}`)
  return text.replace(before, () => after)
}

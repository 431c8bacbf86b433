// usage: node --import tsx scripts/check/structure.ts
// Prints the structure of src/: file lengths, and violations of LIMITS. Exit 1 if one is exceeded.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LIMITS = { fileLines: 250, functionLines: 60, doubledNames: 8, commentColumns: 100 } as const

/** The structure of a folder of TypeScript files. Paths are relative to its parent. */
export interface Structure {
  readonly files: ReadonlyMap<string, number>
  /** `file:line name`, with its length in lines; only those over the limit. */
  readonly longFunctions: readonly string[]
  /** Top-level names that two or more files declare, with those files. */
  readonly doubledNames: ReadonlyMap<string, readonly string[]>
  /** Folders that import each other, also indirectly. A folder does not include its subfolders. */
  readonly folderCycles: readonly (readonly string[])[]
  /** `file:line` of each comment line over the limit. */
  readonly longComments: readonly string[]
}

/** Measures all TypeScript files in a folder and its subfolders. */
export function measure(folder: string): Structure {
  const base = dirname(folder)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({
      file: relative(base, path),
      source: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
    }))
  return {
    files: new Map(sources.map(({ file, source }) => [file, source.getLineStarts().length - 1])),
    longFunctions: sources.flatMap(({ file, source }) => findLongFunctions(file, source)),
    doubledNames: findDoubledNames(sources),
    folderCycles: findCycles(readFolderImports(base, sources)),
    longComments: sources.flatMap(({ file, source }) => findLongComments(file, source)),
  }
}

type Source = { readonly file: string; readonly source: ts.SourceFile }

function findLongFunctions(file: string, source: ts.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line
      const lines = source.getLineAndCharacterOfPosition(node.getEnd()).line - first + 1
      if (lines > LIMITS.functionLines) found.push(`${file}:${first + 1} ${nameOf(node)} ${lines} lines`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const nameOf = (node: ts.SignatureDeclaration): string =>
  node.name?.getText() ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '(anonymous)')

function findDoubledNames(sources: readonly Source[]): Map<string, string[]> {
  const filesOf = new Map<string, string[]>()
  for (const { file, source } of sources)
    for (const name of new Set(source.statements.flatMap(listDeclaredNames))) filesOf.set(name, [...(filesOf.get(name) ?? []), file])
  return new Map([...filesOf].filter(([, files]) => files.length > 1).sort())
}

function listDeclaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  return isDeclaration && statement.name !== undefined ? [statement.name.text] : []
}

function readFolderImports(base: string, sources: readonly Source[]): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>()
  for (const { file, source } of sources) {
    const folder = dirname(file)
    const targets = imports.get(folder) ?? new Set()
    imports.set(folder, targets)
    for (const { fileName } of ts.preProcessFile(source.text, true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue
      const target = dirname(relative(base, join(base, folder, fileName)))
      if (target !== folder && sources.some((other) => dirname(other.file) === target)) targets.add(target)
    }
  }
  return imports
}

/** Finds the groups of folders that all import each other, directly or indirectly. */
function findCycles(imports: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of imports.get(from) ?? []) if (!seen.has(to)) reach(to, seen.add(to))
    return seen
  }
  const reached = new Map([...imports.keys()].map((folder) => [folder, reach(folder)]))
  const inCycle = [...reached].filter(([folder, targets]) => targets.has(folder)).map(([folder]) => folder)
  const groups = inCycle.map((folder) =>
    inCycle.filter((other) => reached.get(folder)?.has(other) && reached.get(other)?.has(folder)).sort(),
  )
  return [...new Map(groups.map((group) => [group.join(), group])).values()]
}

function findLongComments(file: string, { text }: ts.SourceFile): string[] {
  return text.split('\n').flatMap((line, index) => {
    const isComment = /^\s*(\/\/|\/?\*)/.test(line) || / \/\/ [^'"`]*$/.test(line)
    return isComment && line.length > LIMITS.commentColumns && !line.includes('@see') ? [`${file}:${index + 1} ${line.length} columns`] : []
  })
}

const percentile = (values: readonly number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0

function main(): void {
  const { files, longFunctions, doubledNames: doubled, folderCycles, longComments } = measure(join(ROOT, 'src'))
  const lengths = [...files.values()].sort((a, b) => a - b)
  const longFiles = [...files].filter(([, lines]) => lines > LIMITS.fileLines).map(([file, lines]) => `${file} ${lines} lines`)
  const total = lengths.reduce((sum, lines) => sum + lines, 0)
  console.log(
    `src/: ${files.size} files, ${total} lines; p50 ${percentile(lengths, 0.5)}, p90 ${percentile(lengths, 0.9)}, max ${lengths.at(-1)}`,
  )
  const names = [...doubled].map(([name, where]) => `${name}: ${where.join(', ')}`)
  const figures: readonly (readonly [what: string, found: readonly string[], most: number])[] = [
    [`files over ${LIMITS.fileLines} lines`, longFiles, 0],
    [`functions over ${LIMITS.functionLines} lines`, longFunctions, 0],
    ['names declared in two files', names, LIMITS.doubledNames],
    ['folder cycles', folderCycles.map((group) => group.join(' <-> ')), 0],
    [`comment lines over ${LIMITS.commentColumns} columns`, longComments, 0],
  ]
  for (const [what, found, most] of figures) {
    console.log(`${what}: ${found.length} (at most ${most})`)
    if (found.length > most || process.argv.includes('--list')) for (const each of found) console.log(`  ${each}`)
  }
  if (figures.some(([, found, most]) => found.length > most)) process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()

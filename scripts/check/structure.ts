// usage: node --import tsx scripts/check/structure.ts [--list]
// Counts long files and functions, names declared in several files, folder cycles, long comments,
// entries of the root folder and of the glossary, and the lines of src/service.ts, and compares
// each count with its limit. Lists the items of counts over their limits; with --list, of all
// counts. Exits with 1 if a limit is exceeded.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

const FILE_LINES = 250
const FUNCTION_LINES = 60
const COMMENT_COLUMNS = 100
const DOUBLED_NAMES = 8
const TOP_LEVEL_ENTRIES = 25
const GLOSSARY_ENTRIES = 25
const SERVICE_LINES = 60
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The result of {@link measureStructure}. Paths are relative to the parent of the measured folder.
 */
export interface Structure {
  /** Number of lines of each file. */
  readonly files: ReadonlyMap<string, number>
  /** `file:line name` of each function with more than 60 lines. */
  readonly longFunctions: readonly string[]
  /** Top-level names that are declared in several files, each with its files. */
  readonly doubledNames: ReadonlyMap<string, readonly string[]>
  /** Folders that import each other, directly or not. Subfolders count separately. */
  readonly folderCycles: readonly (readonly string[])[]
  /** `file:line` of each comment line of more than 100 columns. */
  readonly longComments: readonly string[]
}

interface Source {
  readonly file: string
  readonly source: ts.SourceFile
}

/** Measures the TypeScript files of a folder and its subfolders. */
export function measureStructure(folder: string): Structure {
  const base = dirname(folder)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
  const sources = names.sort().map((name) => {
    const path = join(folder, name)
    return { file: relative(base, path), source: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true) }
  })
  return {
    files: new Map(sources.map(({ file, source }) => [file, source.getLineStarts().length - 1])),
    longFunctions: sources.flatMap(longFunctions),
    doubledNames: doubledNames(sources),
    folderCycles: cycles(folderImports(sources)),
    longComments: sources.flatMap(longComments),
  }
}

function longFunctions({ file, source }: Source): string[] {
  const found: string[] = []
  const lineAt = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1
  const visit = (node: ts.Node): void => {
    const first = lineAt(node.getStart())
    const lines = lineAt(node.getEnd()) - first + 1
    if (ts.isFunctionLike(node) && lines > FUNCTION_LINES) found.push(`${file}:${first} ${nameOf(node)} ${lines} lines`)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const nameOf = (node: ts.SignatureDeclaration): string =>
  node.name?.getText() ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : '(anonymous)')

function doubledNames(sources: readonly Source[]): Map<string, string[]> {
  const filesOf = new Map<string, string[]>()
  for (const { file, source } of sources)
    for (const name of new Set(source.statements.flatMap(declaredNames))) filesOf.set(name, [...(filesOf.get(name) ?? []), file])
  return new Map([...filesOf].filter(([, files]) => files.length > 1).sort())
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
  const declared = [
    ts.isFunctionDeclaration,
    ts.isClassDeclaration,
    ts.isInterfaceDeclaration,
    ts.isTypeAliasDeclaration,
    ts.isEnumDeclaration,
  ]
  return declared.flatMap((isDeclaration) => (isDeclaration(statement) && statement.name !== undefined ? [statement.name.text] : []))
}

function folderImports(sources: readonly Source[]): Map<string, Set<string>> {
  const imports = new Map(sources.map(({ file }) => [dirname(file), new Set<string>()]))
  for (const { file, source } of sources) {
    const folder = dirname(file)
    for (const { fileName } of ts.preProcessFile(source.text, true, true).importedFiles) {
      const target = dirname(join(folder, fileName))
      if (fileName.startsWith('.') && target !== folder && imports.has(target)) imports.get(folder)?.add(target)
    }
  }
  return imports
}

/** Returns the groups of folders that import each other (strongly connected components). */
function cycles(imports: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const to of imports.get(from) ?? []) if (!seen.has(to)) reach(to, seen.add(to))
    return seen
  }
  const reached = new Map([...imports.keys()].map((folder) => [folder, reach(folder)]))
  const reaches = (from: string, to: string): boolean => reached.get(from)?.has(to) ?? false
  const inCycle = [...imports.keys()].filter((folder) => reaches(folder, folder))
  const groups = inCycle.map((folder) => inCycle.filter((other) => reaches(folder, other) && reaches(other, folder)).sort())
  return [...new Map(groups.map((group) => [group.join(), group])).values()]
}

function longComments({ file, source }: Source): string[] {
  const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*)/.test(line) || / \/\/ [^'"`]*$/.test(line)
  return source.text.split('\n').flatMap((line, index) => {
    const isLong = line.length > COMMENT_COLUMNS && isComment(line) && !line.includes('@see')
    return isLong ? [`${file}:${index + 1} ${line.length} columns`] : []
  })
}

/** Returns the entries of the glossary in docs/development.md. */
function glossary(): string[] {
  const [, section = ''] = readFileSync(join(ROOT, 'docs/development.md'), 'utf8').split('\n## Glossary\n')
  return (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('- '))
}

const linesOf = (file: string): string[] => readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n')

function topLevel(): string[] {
  const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  return [...new Set(files.map((file) => file.split('/')[0] ?? ''))]
}

function main(): void {
  const structure = measureStructure(join(ROOT, 'src'))
  const longElsewhere = ['scripts', 'test'].flatMap((folder) => measureStructure(join(ROOT, folder)).longComments)
  const lengths = [...structure.files.values()].sort((a, b) => a - b)
  const at = (share: number): number => lengths[Math.floor((lengths.length - 1) * share)] ?? 0
  const total = lengths.reduce((sum, lines) => sum + lines, 0)
  console.log(`src/: ${lengths.length} files, ${total} lines; p50 ${at(0.5)}, p90 ${at(0.9)}, max ${at(1)}`)
  const figures: readonly (readonly [what: string, found: readonly string[], most: number])[] = [
    [`files over ${FILE_LINES} lines`, [...structure.files].filter(([, lines]) => lines > FILE_LINES).map(([file]) => file), 0],
    [`functions over ${FUNCTION_LINES} lines`, structure.longFunctions, 0],
    ['names declared in several files', [...structure.doubledNames].map(([name, files]) => `${name}: ${files.join(', ')}`), DOUBLED_NAMES],
    ['folder cycles', structure.folderCycles.map((group) => group.join(' <-> ')), 0],
    [`comment lines over ${COMMENT_COLUMNS} columns, also in scripts/ and test/`, [...structure.longComments, ...longElsewhere], 0],
    ['entries of the top level', topLevel(), TOP_LEVEL_ENTRIES],
    ['entries of the glossary', glossary(), GLOSSARY_ENTRIES],
    ['lines of src/service.ts', linesOf('src/service.ts'), SERVICE_LINES],
  ]
  for (const [what, found, most] of figures) {
    console.log(`${what}: ${found.length} (at most ${most})`)
    if (found.length > most || process.argv.includes('--list')) for (const each of found) console.log(`  ${each}`)
    if (found.length > most) process.exitCode = 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { TOKEN } from '../../support/proxy.js'
import { runPython } from '../../support/python.js'
import { ROOT } from '../docs/markdown.js'

const execute = promisify(execFile)
const env = { PATH: `${process.env.PATH}:${ROOT}test/suites/docs/bin`, OPENAI_API_KEY: TOKEN }

/**
 * Functions, by language, that run code copied from a page, with the token in OPENAI_API_KEY, and
 * return what it prints.
 *
 * @param folder - folder for files, from which imported packages are resolved
 */
export const runCopied: Record<'curl' | 'JavaScript' | 'Python', (code: string, folder: string) => Promise<string>> = {
  curl: async (code) => (await execute('bash', ['-c', code], { env })).stdout,
  JavaScript: async (code, folder) => {
    const file = join(folder, 'request.mjs')
    writeFileSync(file, code)
    return (await execute(process.execPath, [file], { env })).stdout
  },
  Python: async (code, folder) => {
    const file = join(folder, 'request.py')
    const lines = code.replaceAll(/^/gm, '    ')
    writeFileSync(
      file,
      `import contextlib, io, json\nprinted = io.StringIO()\nwith contextlib.redirect_stdout(printed):\n${lines}\nprint(json.dumps(printed.getvalue()))\n`,
    )
    return String(await runPython(relative(ROOT, file), { OPENAI_API_KEY: TOKEN }))
  },
}

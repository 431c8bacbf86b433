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
 * Runs code that was copied from a page, with the token in OPENAI_API_KEY, and returns what it
 * prints. By the language, as the pages name it.
 *
 * @param folder - where files are written; packages are found from it
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

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pathOf } from '../../../test/support/programs.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const HERE = 'scripts/bench/rivals'
const run = promisify(execFile)

/** Paths of other proxies to compare with; undefined if this machine cannot run them. */
export interface Rivals {
  /** The folder with rivals/express.mjs, and Express and Portkey in its node_modules. */
  readonly node: string | undefined
  /** The Python interpreter that has LiteLLM. */
  readonly python: string | undefined
  readonly nginx: string | undefined
  readonly versions: Readonly<Record<'nginx' | 'express' | 'openai' | 'portkey' | 'litellm', string>>
}

/** Installs other proxies for comparison in .cache, once per version; prints which are missing. */
export async function installRivals(): Promise<Rivals> {
  const orSkip = (name: string, install: () => Promise<string>): Promise<string | undefined> =>
    install().catch((error: Error) => {
      console.log(`without ${name}: ${error.message.trim().split('\n').at(-1)}`)
      return undefined
    })
  const node = await orSkip('Express and Portkey', installNode)
  const python = await orSkip('LiteLLM', installPython)
  const nginx = pathOf('nginx')
  if (nginx === undefined) console.log('without nginx: it is not installed; on Debian: apt install nginx')
  const { packages } = JSON.parse(readFileSync(`${ROOT}/${HERE}/package-lock.json`, 'utf8')) as {
    packages: Record<string, { version: string }> // the cast is safe: npm writes this format
  }
  const npm = (name: string): string => packages[`node_modules/${name}`]?.version ?? ''
  const litellm = /^litellm==(\S+)/m.exec(readFileSync(`${ROOT}/${HERE}/requirements.txt`, 'utf8'))?.[1] ?? ''
  // nginx prints its version to standard error: `nginx version: nginx/1.22.1`.
  const reported = nginx === undefined ? '' : (await run(nginx, ['-v'])).stderr
  return {
    node,
    python,
    nginx,
    versions: {
      nginx: /nginx\/(\S+)/.exec(reported)?.[1] ?? '',
      express: npm('express'),
      openai: npm('openai'),
      portkey: npm('@portkey-ai/gateway'),
      litellm,
    },
  }
}

async function installNode(): Promise<string> {
  const files = ['package.json', 'package-lock.json', 'express.mjs']
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(`${ROOT}/${HERE}/${file}`))
  const folder = `${ROOT}/.cache/bench/rivals-${hash.digest('hex').slice(0, 12)}`
  if (existsSync(`${folder}/complete`)) return folder
  mkdirSync(folder, { recursive: true })
  for (const file of files) copyFileSync(`${ROOT}/${HERE}/${file}`, `${folder}/${file}`)
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: folder })
  writeFileSync(`${folder}/complete`, '')
  return folder
}

async function installPython(): Promise<string> {
  return (await run(`${ROOT}/scripts/test/python-env.sh`, [`${HERE}/requirements.txt`, 'litellm'])).stdout.trim()
}

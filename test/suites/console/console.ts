import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonResponseOf } from '../../../src/contract/types.js'
import { ADMIN_TOKEN } from '../../support/canaries.js'
import { type Answer, type Ask, call } from '../../support/contractHook.js'

export { ADMIN_TOKEN }

/** The paths of the data that the console's page fetches. */
export const DATA_PATHS = ['status', 'requests', 'usage', 'series', 'checks'].map((name) => `/console/api/${name}`)

/** Files that replace the console's page in tests without a browser. */
export const PAGE = {
  'index.html': '<!doctype html><title>console</title>',
  'app.js': 'document.title = "console"',
  'app.css': 'body { margin: 0 }',
} as const

/** Makes a folder with the files of {@link PAGE}. */
export function makePage(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'console-'))
  for (const [name, text] of Object.entries(PAGE)) writeFileSync(join(folder, name), text)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Sends a request with the admin token. */
export const ask = (origin: string, path: string, more: Ask = {}): Promise<Answer> => call(origin, { path, token: ADMIN_TOKEN, ...more })

/** The types of the console's data, by the last segment of the path that returns them. */
interface ConsoleData {
  readonly status: JsonResponseOf<'getConsoleStatus'>
  readonly requests: JsonResponseOf<'listConsoleRequests'>
  readonly usage: JsonResponseOf<'getConsoleUsage'>
  readonly series: JsonResponseOf<'getConsoleSeries'>
  readonly checks: JsonResponseOf<'listChecks'>
}

/** Fetches data of the console. {@link call} validates it against the contract. */
export async function read<Name extends keyof ConsoleData>(origin: string, name: Name): Promise<ConsoleData[Name]> {
  const { status, json, text } = await ask(origin, `/console/api/${name}`)
  if (status !== 200) throw new Error(`${name} is ${status}: ${text}`)
  return json as ConsoleData[Name]
}

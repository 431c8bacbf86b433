// usage: make smoke TARGET=https://... TOKEN=... (MODEL=gemini-3.5-flash)
// Asks a deployment what only a deployment can show, in a minute and for some hundred tokens. The token is never printed.
// Exit 0 when all holds, 1 when something does not, 2 when there is nothing to ask.
import { CHECKS, type Target } from './checks.js'

const { TARGET = '', TOKEN = '', MODEL } = process.env
const origin = TARGET.trim().replace(/(\/v1)?\/*$/, '')
const token = TOKEN.trim()

const say = (line: string): void => console.log(token === '' ? line : line.replaceAll(token, '***'))

async function main(): Promise<number> {
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || token === '') {
    console.error('usage: make smoke TARGET=https://<where it is deployed> TOKEN=<an AUTH_TOKEN of it> [MODEL=<a model>]')
    return 2
  }
  const target: Target = { origin, token, model: MODEL?.trim() || undefined }
  let failures = 0
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      say(`ok       ${name}: ${await check(target)}`)
    } catch (error) {
      failures += 1
      say(`FAILED   ${name}: ${error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : error}`)
      if (name === 'health') break
    }
  }
  say(failures === 0 ? `smoke: ${origin} holds` : `smoke: ${failures} of ${Object.keys(CHECKS).length} checks failed`)
  return failures === 0 ? 0 : 1
}

process.exitCode = await main()

// usage: make smoke TARGET=https://... TOKEN=... [MODEL=gemini-3.5-flash]
// Checks a deployment, in about a minute and with a few hundred LLM tokens. Never prints the token.
// Exit 0 if all checks pass, 1 if one fails, 2 if TARGET or TOKEN is missing or invalid.
import { CHECKS, type Target } from './checks.js'

const { TARGET = '', TOKEN = '', MODEL } = process.env
const origin = TARGET.trim().replace(/(\/v1)?\/*$/, '')
const token = TOKEN.trim()

const say = (line: string): void => console.log(token === '' ? line : line.replaceAll(token, '***'))

async function main(): Promise<number> {
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || token === '') {
    console.error('usage: make smoke TARGET=https://<host of the deployment> TOKEN=<its AUTH_TOKEN> [MODEL=<model>]')
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
  say(failures === 0 ? `smoke: ${origin} passed all checks` : `smoke: ${failures} of ${Object.keys(CHECKS).length} checks failed`)
  return failures === 0 ? 0 : 1
}

process.exitCode = await main()

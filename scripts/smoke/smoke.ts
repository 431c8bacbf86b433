// usage: make smoke TARGET=https://... TOKEN=... [MODEL=gemini-3.8-flash]
// Checks a deployment, in about a minute and with a few hundred LLM tokens. Never prints the token.
// Prints cause and next step of a failure, in Chinese if LANG is zh_*.
// Exit 0 if all checks pass, 1 if one fails, 2 if TARGET or TOKEN is missing or invalid.
import { CHECKS, type SmokeTarget } from './checks.js'
import { formatAdvice, toCheckFailure } from './failure.js'

/** Error code after which the remaining checks are skipped, as all need a valid token. */
const WRONG_TOKEN = 'invalid_api_key'

const { TARGET = '', TOKEN = '', MODEL } = process.env
const origin = TARGET.trim().replace(/(\/v1)?\/*$/, '')
const token = TOKEN.trim()

/** Replaces the token by `***` in a text that the deployment sent. */
const maskToken = (text: string): string => text.replaceAll(token, '***')

async function main(): Promise<number> {
  if (!URL.canParse(origin) || !/^https?:$/.test(new URL(origin).protocol) || token === '') {
    console.error('usage: make smoke TARGET=https://<host of the deployment> TOKEN=<its AUTH_TOKEN> [MODEL=<model>]')
    return 2
  }
  const target: SmokeTarget = { address: { base: new URL(origin), token }, model: MODEL?.trim() || undefined }
  const names = Object.keys(CHECKS)
  const failed = new Map<string, string | undefined>()
  let skipped: readonly string[] = []
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      console.log(`ok       ${name}: ${maskToken(await check(target))}`)
    } catch (error) {
      const failure = toCheckFailure(error)
      const earlier = [...failed].find(([, code]) => code !== undefined && code === failure.code)?.[0]
      failed.set(name, failure.code)
      console.log([`FAILED   ${name}: ${maskToken(failure.message)}`, ...formatAdvice(failure, earlier)].join('\n'))
      if (name === 'health' || failure.code === WRONG_TOKEN) {
        skipped = names.slice(names.indexOf(name) + 1)
        break
      }
    }
  }
  if (skipped.length > 0) console.log(`skipped  ${skipped.join(', ')}`)
  const rest = skipped.length === 0 ? '' : `, ${skipped.length} skipped`
  console.log(failed.size === 0 ? `smoke: ${origin} passed all checks` : `smoke: ${failed.size} of ${names.length} checks failed${rest}`)
  return failed.size === 0 ? 0 : 1
}

process.exitCode = await main()

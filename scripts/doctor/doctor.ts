// usage: make doctor [TARGET=https://... TOKEN=...] [MODEL=gemini-3.8-flash] [JSON=1]
// Checks the settings of this environment and .env, or a deployment. Prints causes and next steps,
// in Chinese if LANG is zh_*. Exit 0 if no check failed, 1 if one failed, 2 if TARGET is invalid.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runDoctor } from '../../src/doctor/runDoctor.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
if (existsSync(`${ROOT}.env`)) process.loadEnvFile(`${ROOT}.env`)
const { TARGET, TOKEN, MODEL, JSON: json } = process.env
const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string }

process.exitCode = await runDoctor({
  env: process.env,
  target: TARGET,
  token: TOKEN,
  model: MODEL,
  isJson: Boolean(json),
  isTerminal: process.stdout.isTTY === true,
  version,
  write: (text) => process.stdout.write(text),
})

// What is asked of `make deploy` by its environment. Part of deploy.ts.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { SETTINGS } from '../../src/config/settings.js'
import { REGIONS, type Runtime, refusalOf } from './regions.js'

/** The environment of whoever deploys. */
export type Env = Readonly<Record<string, string | undefined>>

/** A deployment that can be tried. */
export interface Request {
  readonly region: string
  /** The runtime to begin with. */
  readonly runtime: Runtime
  /** False where the runtime has been asked for by name: then no other is tried. */
  readonly mayFallBack: boolean
  readonly access: string
  readonly hasDomain: boolean
  /** The token that was made because none was given. */
  readonly madeToken: string | undefined
  /** What s.yaml reads, and the credentials by the names that Serverless Devs knows. */
  readonly variables: Readonly<Record<string, string>>
  /** What may not be printed. */
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
}

const CREDENTIALS = {
  AccountID: 'ALIBABA_CLOUD_ACCOUNT_ID',
  AccessKeyID: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  AccessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
} as const
const SECRET_NAMES = ['GEMINI_API_KEY', 'AUTH_TOKEN', 'METRICS_TOKEN', 'REDIS_URL', 'AccessKeySecret', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET']
const SHORTEST_SECRET = 4
const LEAST_TIMEOUT_SECONDS = 10

/**
 * Reads what is to be deployed.
 *
 * @param env - an empty value equals an absent one
 * @param passedOn - the names of the variables that s.yaml reads
 * @returns the request, or everything that keeps it from being one, in words
 */
export function readRequest(env: Env, passedOn: readonly string[]): Request | readonly string[] {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined
  const region = given('REGION') ?? 'ap-northeast-1'
  const access = given('FC_ACCESS') ?? 'default'
  const credentials = Object.entries(CREDENTIALS).map(([name, other]) => [name, given(name) ?? given(other)] as const)
  const problems = [
    refusalOf(region),
    given('GEMINI_API_KEY') === undefined &&
      'GEMINI_API_KEY is not set. Get a key at https://aistudio.google.com/apikey, then: export GEMINI_API_KEY=...',
    ...credentialProblems(credentials, access, env),
    !['512', '256', undefined].includes(given('FC_MEMORY')) && 'FC_MEMORY is 512 or 256.',
    !['custom.debian11', 'custom.debian10', undefined].includes(given('FC_RUNTIME')) && 'FC_RUNTIME is custom.debian11 or custom.debian10.',
    !isWhole(given('FC_TIMEOUT') ?? '600', LEAST_TIMEOUT_SECONDS, 86_400) && 'FC_TIMEOUT is a whole number of seconds, from 10 to 86400.',
    !isWhole(given('FC_MAX_INSTANCES') ?? '10', 1, 300) && 'FC_MAX_INSTANCES is a whole number, from 1 to 300.',
    ...domainProblems(given('CUSTOM_DOMAIN'), given('CUSTOM_DOMAIN_CERT_ID'), region),
  ].filter((problem) => typeof problem === 'string')
  if (problems.length > 0) return problems

  const madeToken = given('AUTH_TOKEN') === undefined ? `sk-${randomBytes(24).toString('base64url')}` : undefined
  const variables = Object.fromEntries(
    [
      ...passedOn.map((name) => [name, given(name)] as const),
      ...credentials,
      ['AUTH_TOKEN', madeToken ?? given('AUTH_TOKEN')] as const,
    ].filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  return {
    region,
    // refusalOf has found the region in the table, and the line above the runtime's name.
    runtime: (given('FC_RUNTIME') as Runtime | undefined) ?? REGIONS[region]?.runtime ?? 'custom.debian10',
    mayFallBack: given('FC_RUNTIME') === undefined,
    access,
    hasDomain: given('CUSTOM_DOMAIN') !== undefined,
    madeToken,
    variables,
    secrets: secretsOf({ ...env, ...variables }),
    warnings: warningsOf(env, passedOn, madeToken !== undefined),
  }
}

const isWhole = (text: string, least: number, most: number): boolean => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most

function credentialProblems(credentials: readonly (readonly [string, string | undefined])[], access: string, env: Env): string[] {
  const missing = credentials.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length === 0 || hasStoredAccess(access, env)) return []
  const names = missing.map((name) => CREDENTIALS[name as keyof typeof CREDENTIALS]) // the keys that `credentials` was made from
  return [`Alibaba Cloud's credentials are missing: set ${names.join(', ')}, or store them once with: npx s config add -a ${access}`]
}

/** True where `s config add` has stored credentials of that name. */
function hasStoredAccess(access: string, env: Env): boolean {
  const file = join(env.HOME ?? '', '.s/access.yaml')
  if (!existsSync(file)) return false
  const stored: unknown = parse(readFileSync(file, 'utf8'))
  return typeof stored === 'object' && stored !== null && access in stored
}

function domainProblems(domain: string | undefined, certificate: string | undefined, region: string): string[] {
  if (domain === undefined) return []
  return [
    certificate === undefined &&
      'CUSTOM_DOMAIN needs CUSTOM_DOMAIN_CERT_ID: only HTTPS is served, as tokens would go over plain HTTP in clear. docs/deploy.md says where to get one.',
    REGIONS[region]?.hasDomains === false && `CUSTOM_DOMAIN: custom domains cannot be deployed in ${region}.`,
  ].filter((problem) => problem !== false)
}

/** The longest first, so that one secret within another does not leave the rest of it. */
const secretsOf = (env: Env): string[] =>
  SECRET_NAMES.flatMap((name) => [env[name]?.trim() ?? '', ...(env[name] ?? '').split(/[,:]/).map((part) => part.trim())])
    .filter((secret) => secret.length >= SHORTEST_SECRET && !/^rediss?$/.test(secret))
    .sort((one, other) => other.length - one.length)

function warningsOf(env: Env, passedOn: readonly string[], isTokenMade: boolean): string[] {
  const own = ['PORT', 'HOST', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT', 'FC_FUNCTION_NAME', 'FC_FUNCTION_MEMORY_SIZE']
  const forgotten = Object.values(SETTINGS)
    .flatMap(({ names }): readonly string[] => names)
    .filter((name) => env[name] && !passedOn.includes(name) && !own.includes(name) && !/proxy$/i.test(name))
  return [
    ...forgotten.map((name) => `${name} is set here, but s.yaml does not pass it on: add it to environmentVariables there.`),
    ...(isTokenMade ? ['AUTH_TOKEN is not set: a new one is made. Clients of an earlier deployment need it, or set the old one.'] : []),
  ]
}

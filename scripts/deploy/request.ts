// Reads the environment of `make deploy`. Part of deploy.ts.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { SETTINGS, type Setting } from '../../src/config/settings.js'
import { explainUnsupportedRegion, REGIONS, type Runtime } from './regions.js'

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>

/** The deployment that `make deploy` has to make, read from the environment and validated. */
export interface DeployRequest {
  readonly region: string
  /** Runtime of the first attempt to deploy. */
  readonly runtime: Runtime
  /** True if another runtime may be tried: FC_RUNTIME is not set. */
  readonly mayFallBack: boolean
  /** Name of the credentials to use, as stored by `s config add`. Source: FC_ACCESS. */
  readonly credentialsName: string
  readonly hasDomain: boolean
  /** The token that was generated for AUTH_TOKEN; undefined if that is set. */
  readonly generatedToken: string | undefined
  /** Variables for s.yaml, and credentials under the names that Serverless Devs uses. */
  readonly variables: Readonly<Record<string, string>>
  /** Secret values, which must not be printed. */
  readonly secrets: readonly string[]
  /** Names of settings in the environment that s.yaml lacks; they are added to the function. */
  readonly addedSettings: readonly string[]
  readonly warnings: readonly string[]
}

const CREDENTIALS = {
  AccountID: 'ALIBABA_CLOUD_ACCOUNT_ID',
  AccessKeyID: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
  AccessKeySecret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
} as const
/** Names of the variables whose values must not be printed. */
export const SECRET_NAMES = [
  ...['GEMINI_API_KEY', 'AUTH_TOKEN', 'METRICS_TOKEN', 'REDIS_URL', 'ADMIN_TOKEN', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ...['AccessKeySecret', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'],
]
/** Names of settings that are not deployed: Function Compute or s.yaml sets them. */
const PLATFORM_SETTINGS = ['PORT', 'HOST', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT', 'FC_FUNCTION_NAME', 'FC_FUNCTION_MEMORY_SIZE']
/** Names of settings that concern only the network of the deploying machine. */
const LOCAL_SETTINGS = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy']
const SHORTEST_SECRET = 4

/**
 * Reads and validates the environment of a deployment; an empty value counts as unset.
 *
 * @param variableNames - the variables that s.yaml reads
 * @returns the request, or a list of all problems
 */
export function readDeployRequest(env: Env, variableNames: readonly string[]): DeployRequest | readonly string[] {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  const region = read('REGION') ?? 'ap-northeast-1'
  const credentialsName = read('FC_ACCESS') ?? 'default'
  const credentials = Object.entries(CREDENTIALS).map(([name, other]) => [name, read(name) ?? read(other)] as const)
  const problems = [
    explainUnsupportedRegion(region),
    read('GEMINI_API_KEY') === undefined &&
      'GEMINI_API_KEY is not set. Get a key at https://aistudio.google.com/apikey, then: export GEMINI_API_KEY=...',
    ...settingProblems(env),
    ...credentialProblems(credentials, credentialsName, env),
    !['512', '256', undefined].includes(read('FC_MEMORY')) && 'FC_MEMORY must be 512 or 256.',
    !['custom.debian11', 'custom.debian10', undefined].includes(read('FC_RUNTIME')) &&
      'FC_RUNTIME must be custom.debian11 or custom.debian10.',
    !isWhole(read('FC_TIMEOUT') ?? '600', 10, 86_400) && 'FC_TIMEOUT must be a whole number of seconds, from 10 to 86400.',
    !isWhole(read('FC_MAX_INSTANCES') ?? '10', 1, 300) && 'FC_MAX_INSTANCES must be a whole number, from 1 to 300.',
    ...domainProblems(read('CUSTOM_DOMAIN'), read('CUSTOM_DOMAIN_CERT_ID'), region),
  ].filter((problem) => typeof problem === 'string')
  if (problems.length > 0) return problems

  const generatedToken = read('AUTH_TOKEN') === undefined ? `sk-${randomBytes(24).toString('base64url')}` : undefined
  const addedSettings = listAddedSettings(env, variableNames)
  const variables = Object.fromEntries(
    [
      ...[...variableNames, ...addedSettings].map((name) => [name, read(name)] as const),
      ...credentials,
      ['AUTH_TOKEN', generatedToken ?? read('AUTH_TOKEN')] as const,
    ].filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  return {
    region,
    // The cast is safe: the name of the runtime has been validated above, as has the region.
    runtime: (read('FC_RUNTIME') as Runtime | undefined) ?? REGIONS[region]?.runtime ?? 'custom.debian10',
    mayFallBack: read('FC_RUNTIME') === undefined,
    credentialsName,
    hasDomain: read('CUSTOM_DOMAIN') !== undefined,
    generatedToken,
    variables,
    secrets: listSecrets({ ...env, ...variables }),
    addedSettings,
    warnings: listWarnings(env, variableNames, generatedToken !== undefined),
  }
}

/** Lists the problems of settings with which the server would not start, without their values. */
const settingProblems = (env: Env): string[] =>
  Object.values<Setting<unknown>>(SETTINGS).flatMap(({ names, read }) =>
    names.flatMap((name) => {
      const text = [...PLATFORM_SETTINGS, ...LOCAL_SETTINGS].includes(name) ? undefined : env[name]?.trim()
      try {
        if (text) read(text)
        return []
      } catch (error) {
        return `${name} ${error instanceof Error ? error.message : 'is invalid.'}`
      }
    }),
  )

const isWhole = (text: string, least: number, most: number): boolean => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most

function credentialProblems(credentials: readonly (readonly [string, string | undefined])[], access: string, env: Env): string[] {
  const missing = credentials.filter(([, value]) => value === undefined).map(([name]) => name)
  if (missing.length === 0 || hasStoredAccess(access, env)) return []
  const names = missing.map((name) => CREDENTIALS[name as keyof typeof CREDENTIALS])
  return [`Alibaba Cloud's credentials are missing: set ${names.join(', ')}, or store them once with: npx s config add -a ${access}`]
}

/** True if `s config add` has stored credentials under the name `access`. */
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
      'CUSTOM_DOMAIN needs CUSTOM_DOMAIN_CERT_ID, because plain HTTP would expose tokens. docs/deploy.md explains how to get a certificate.',
    REGIONS[region]?.hasDomains === false && `CUSTOM_DOMAIN: custom domains cannot be deployed in ${region}.`,
  ].filter((problem) => problem !== false)
}

/** Lists the secrets, longest first: mask a secret before the shorter secrets that it contains. */
const listSecrets = (env: Env): string[] =>
  SECRET_NAMES.flatMap((name) => toSecretParts(env[name]?.trim() ?? ''))
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length)

/** Returns a value and the secrets in it: the credentials of a URL, or the parts of a list. */
function toSecretParts(value: string): string[] {
  if (!/^(?:https?|rediss?):\/\//.test(value)) return [value, ...value.split(/[,:]/).map((part) => part.trim())]
  const [credentials = ''] = /(?<=:\/\/)[^/]*(?=@)/.exec(value) ?? []
  const colon = credentials.indexOf(':')
  return [value, credentials, ...(colon === -1 ? [] : [credentials.slice(colon + 1)])]
}

const SETTING_NAMES = Object.values(SETTINGS).flatMap(({ names }): readonly string[] => names)

/** Lists the names of settings in the environment that s.yaml does not read. */
const listAddedSettings = (env: Env, variableNames: readonly string[]): string[] =>
  SETTING_NAMES.filter((name) => env[name]?.trim() && ![...variableNames, ...PLATFORM_SETTINGS, ...LOCAL_SETTINGS].includes(name))

function listWarnings(env: Env, variableNames: readonly string[], isTokenGenerated: boolean): string[] {
  const local = LOCAL_SETTINGS.filter((name) => env[name]?.trim() && !variableNames.includes(name))
  const fixed = PLATFORM_SETTINGS.filter((name) => env[name]?.trim())
  return [
    ...local.map(
      (name) => `${name} is used on this machine only, not by the function. To deploy it, add it to environmentVariables in s.yaml.`,
    ),
    ...fixed.map((name) => `${name} is not deployed: Function Compute determines it.`),
    ...(isTokenGenerated ? ['AUTH_TOKEN is not set: a new one is generated. Set the previous one to keep existing clients working.'] : []),
  ]
}

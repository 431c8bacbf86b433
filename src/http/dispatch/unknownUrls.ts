import { findClosest } from '../../contract/closest.js'
import { GOOGLE_MODEL_METHODS } from '../../contract/rawJson.js'
import { MISSING_ENDPOINTS, type MissingEndpoint } from './missingEndpoints.js'

/** The explanation of a URL that belongs to no operation. */
export interface UnknownUrl {
  /** The message for the client; undefined for the default message. */
  readonly message: string | undefined
  /** The path for the log: only templates and known segments, as a URL can contain any text. */
  readonly path: string
}

/** Explains URLs that belong to no operation. The paths given to it have no query. */
export interface UrlGuide {
  /**
   * Explains the path of a missing endpoint that also matches an operation: `/v1/responses/compact`
   * looks like the response with the id `compact`. Returns undefined for other paths.
   */
  explainMissing(path: string): UnknownUrl | undefined
  /** Explains a path that belongs to no operation. */
  explain(path: string): UnknownUrl
}

interface PathTemplate {
  readonly text: string
  readonly segments: readonly string[]
  /** The missing endpoint that has this path; undefined for a path of the contract. */
  readonly endpoint?: MissingEndpoint
}

const MISSING_METHODS: ReadonlySet<string> = new Set(['batchgeneratecontent', 'asyncbatchembedcontent', 'predict', 'predictlongrunning'])
/** Google's methods of a model, such as `countTokens`, in lower case. */
export const GOOGLE_METHODS: ReadonlySet<string> = new Set([
  ...GOOGLE_MODEL_METHODS.map((method) => method.toLowerCase()),
  ...MISSING_METHODS,
])
const LIVENESS_PATHS = new Set(['/livez', '/readyz', '/ping', '/status', '/healthcheck', '/heartbeat'])
/** Path segments that scanners, browsers and misconfigured clients use; they are safe to log. */
const SAFE_SEGMENTS = new Set([
  ...['v1', 'v2', 'v3', 'v1beta', 'v1alpha', 'api', 'openai', 'anthropic', 'google', 'gemini', 'proxy', 'chat', 'completions', 'models'],
  ...['embeddings', 'responses', 'messages', 'images', 'audio', 'files', 'deployments', 'docs', 'redoc', 'swagger', 'openapi.json'],
  ...['swagger.json', 'metrics', 'health', 'healthz', 'livez', 'readyz', 'ping', 'status', 'version', 'robots.txt', 'sitemap.xml'],
  ...['.well-known', '.env', '.git', 'admin', 'wp-admin', 'wp-login.php', 'console', 'login', 'index.html', 'static', 'assets'],
  ...['graphql', 'mcp', 'sse', 'ws'],
])
// Deeper paths are not searched for known paths: the time grows with the square of the depth.
const MAX_SEGMENTS = 12

const toSegments = (path: string): string[] => path.split('/').filter((segment) => segment !== '')
const toTemplate = (text: string, endpoint?: MissingEndpoint): PathTemplate => ({
  text,
  segments: toSegments(text.toLowerCase()),
  ...(endpoint && { endpoint }),
})

const paramsOf = ({ segments }: PathTemplate): number => segments.filter((segment) => segment.startsWith('{')).length

/** Makes the {@link UrlGuide} of a server. @param paths - the templates of its operations */
export function makeUrlGuide(paths: readonly string[]): UrlGuide {
  const missing = MISSING_ENDPOINTS.flatMap((endpoint) => endpoint.paths.map((text) => toTemplate(text, endpoint)))
  const own = paths.filter((path) => path !== '/').map((path) => toTemplate(path))
  // The most specific template first. Sorting is stable: `{model}:{method}` stays before `{model}`.
  const templates = [...missing, ...own].sort((a, b) => b.segments.length - a.segments.length || paramsOf(a) - paramsOf(b))
  const literals = paths.filter((path) => !path.includes('{'))
  const find = (segments: readonly string[]): PathTemplate | undefined => templates.find((template) => matchesTemplate(segments, template))

  /** True if a path of the contract follows a prefix, as in `/v1beta/v1/messages`. */
  const endsWithOwn = (segments: readonly string[]): boolean =>
    segments.some((segment, start) => {
      const found = start > 0 && VERSIONS.has(segment) ? find(segments.slice(start)) : undefined
      return found !== undefined && found.endpoint === undefined
    })

  /** Explains a URL by the longest known path at its end, such as `/v1/models` or `/models`. */
  const findEnd = (segments: readonly string[]): UnknownUrl | undefined => {
    for (let start = 0; start < segments.length; start += 1) {
      const given = segments.slice(start)
      const isGoogle = isGoogleCall(given)
      const rest = isGoogle && given[0] === 'v1' ? ['v1beta', ...given.slice(1)] : given
      // Skips `/v1beta/openai`, Google's base path for OpenAI clients: an OpenAI path follows.
      if (rest[0] === 'v1beta' && rest[1] === 'openai') continue
      const whole = find(rest)
      const version = isGoogle ? 'v1beta' : 'v1'
      const found = whole ?? find([version, ...rest])
      if (found === undefined) continue
      const known = whole === undefined ? found.text.slice(`/${version}`.length) : found.text
      const isBelow = found.segments.length < rest.length + (whole === undefined ? 1 : 0)
      if (isBelow && (start > 0 || (isGoogle && whole === undefined) || endsWithOwn(segments))) continue
      return { message: toMessage(found), path: `${toPrefix(segments.slice(0, start))}${known}${isBelow ? '/*' : ''}` }
    }
    return undefined
  }

  return {
    explainMissing: (path) => {
      const segments = toSegments(path.toLowerCase())
      const found = find(segments)
      const isExact = found?.endpoint !== undefined && found.segments.length === segments.length
      return isExact ? { message: toMessage(found), path: found.text } : undefined
    },
    explain: (path) => {
      const segments = toSegments(path.toLowerCase())
      // Console paths get no hint: `/console/api/usage` only ends like OpenAI's `/v1/usage`.
      if (segments.length > MAX_SEGMENTS || segments[0] === 'console') return { message: undefined, path: toLoggedPath(segments) }
      const known = findEnd(segments)
      if (known !== undefined) return known
      const plain = `/${segments.join('/')}`
      const meant = LIVENESS_PATHS.has(plain) ? '/health/live' : findClosest(plain, literals)
      if (meant !== undefined) return { message: `This URL does not exist. Did you mean ${meant}?`, path: toLoggedPath(segments) }
      const message = segments[0] === 'v1' ? 'This URL does not exist. GET /openapi.json lists every path below /v1.' : undefined
      return { message, path: toLoggedPath(segments) }
    },
  }
}

/** True if a path matches a template; for a missing endpoint, also if it is below the template. */
const matchesTemplate = (segments: readonly string[], { segments: expected, endpoint }: PathTemplate): boolean =>
  (endpoint === undefined ? expected.length === segments.length : expected.length <= segments.length) &&
  expected.every((each, index) => matchesSegment(segments[index] ?? '', each))

function matchesSegment(segment: string, expected: string): boolean {
  if (!expected.startsWith('{')) return segment === expected
  if (expected.endsWith(':{method}')) return MISSING_METHODS.has(segment.slice(segment.lastIndexOf(':') + 1))
  return segment.endsWith(expected.slice(expected.indexOf('}') + 1))
}

const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta'])
/** True for a call of one of Google's model methods: `.../{model}:{method}`. */
const isGoogleCall = (segments: readonly string[]): boolean => {
  const [last = ''] = segments.slice(-1)
  return last.includes(':') && GOOGLE_METHODS.has(last.slice(last.lastIndexOf(':') + 1))
}

const GOOGLE_HINT = ': the base URL for Google clients is this host, without /v1 or /v1beta'
const OPENAI_HINT = ': the base URL for OpenAI clients is this host followed by /v1'
const ANTHROPIC_HINT = ': the base URL for Anthropic clients is this host, without /v1'

function toMessage({ endpoint, text, segments }: PathTemplate): string {
  if (endpoint !== undefined)
    return `This proxy does not offer ${endpoint.name}.${endpoint.instead === undefined ? '' : ` ${endpoint.instead}`}`
  return `This URL does not exist. Use ${text}${toHint(segments)}.`
}

function toHint([version, resource]: readonly string[]): string {
  if (version === 'v1beta') return GOOGLE_HINT
  if (version !== 'v1') return ''
  return resource === 'messages' ? ANTHROPIC_HINT : OPENAI_HINT
}

const toPrefix = (segments: readonly string[]): string => {
  if (segments.length === 0) return ''
  return segments.every((segment) => SAFE_SEGMENTS.has(segment)) ? `/${segments.join('/')}` : '/*'
}

const toLoggedPath = ([first = '']: readonly string[]): string => (SAFE_SEGMENTS.has(first) ? `/${first}` : 'other')

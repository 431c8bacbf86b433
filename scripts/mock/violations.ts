import type { Message } from './prism.js'

interface Violation {
  readonly location: readonly string[]
  readonly code: string
  readonly message: string
}

const CODES: Readonly<Record<string, string>> = {
  type: 'invalid_type',
  required: 'missing_required_parameter',
  minItems: 'empty_array',
  maxItems: 'array_too_long',
  minLength: 'string_too_short',
}
const COMBINED = ['anyOf', 'oneOf', 'allOf', 'if']

/** Puts what Prism says of a request, or of a wish for an example, into the proxy's form. */
export function toFailure<T extends Message & { readonly status: number }>(answer: T, wish: string): T {
  const header = answer.headers['sl-violations']
  // Of more than it can carry, Prism says only that there are too many, and the answer stays the contract's first example.
  if (answer.status === 400 && header?.[0] === '[') return withError(answer, 400, errorOf(JSON.parse(String(header)) as Violation[]))
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return answer
  const { detail, title } = JSON.parse(answer.body) as { detail?: string; title?: string }
  const message = `The mock has no answer for ${wish === '' ? 'this request' : `Prefer: ${wish}`}. ${detail ?? title ?? ''}`
  return withError(answer, 400, { message, param: null, code: 'invalid_value' })
}

const withError = <T extends Message & { readonly status: number }>(answer: T, status: number, error: object): T => ({
  ...answer,
  status,
  headers: { ...answer.headers, 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ error: { type: 'invalid_request_error', ...error } }),
})

/** The violation that tells most. Prism tries every branch of a union: the place that is wrong for most of them is the one. */
function errorOf(violations: readonly Violation[]): object {
  const plain = violations.filter(({ code }) => !COMBINED.includes(code))
  const candidates = plain.length > 0 ? plain : violations
  const count = ({ location }: Violation): number => candidates.filter((other) => other.location.join() === location.join()).length
  const [worst] = [...candidates].sort((a, b) => count(b) - count(a))
  const place = (worst?.location ?? []).slice(2)
  const missing = worst?.code === 'required' ? /'([^']+)'$/.exec(worst.message)?.[1] : undefined
  const param = [...place, ...(missing === undefined ? [] : [missing])].reduce(
    (path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
    '',
  )
  return {
    message: worst?.message ?? 'The request does not follow the API contract.',
    param: param || null,
    code: CODES[worst?.code ?? ''] ?? 'invalid_value',
  }
}

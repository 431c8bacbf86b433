const GET_A_KEY = 'Get a key at https://aistudio.google.com/apikey.'
const PLACEHOLDER_PROBLEM = `contains a placeholder instead of a key. ${GET_A_KEY}`

/** Patterns that no Gemini API key matches, each with the error message for a text that does. */
const KEY_PROBLEMS: readonly (readonly [looks: RegExp, problem: string])[] = [
  [
    /["'`\u00b4\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb\u300c\u300d]/,
    'contains a quotation mark. Write keys without quotes; `docker run --env-file`, for example, does not remove them.',
  ],
  [/^(?:export[ _-])?\w+_KEY=/i, 'contains the name of a variable besides the key. Remove everything up to the `=`.'],
  [/^https?:/i, `contains a URL instead of a key. ${GET_A_KEY}`],
  [/\.{3}|\u2026|[*\u2022\u25cf]/, 'contains a shortened or masked key. Copy the whole key.'],
  [/[<>{}[\]()$%]/, PLACEHOLDER_PROBLEM],
  [/^(?:(?:AIza(?:Sy)?|AQ\.)[-_.x]*|[-_.x]{3,})$/i, PLACEHOLDER_PROBLEM],
  [/^your|[-_. ]your[-_. ]?(?:own|api|gemini|google|key)|key[-_. ]?here$|^(?:change|replace)[-_. ]?(?:me|this)/i, PLACEHOLDER_PROBLEM],
  [/^(?:placeholder|example|todo|tbd|none|null|nil|undefined|(?:gemini|google)_api_key|sk-(?:x+|\d{1,9}))$/i, PLACEHOLDER_PROBLEM],
  [/^sk-(?:proj|svcacct|admin|ant)-/i, `contains a key of OpenAI or Anthropic. ${GET_A_KEY}`],
]

/** Returns why a text cannot be a key, to be printed after "GEMINI_API_KEY"; else undefined. */
export const findKeyProblem = (key: string): string | undefined => KEY_PROBLEMS.find(([looks]) => looks.test(key))?.[1]

/** True for a key that begins with `sk-`: OpenAI and other services issue those, not Google. */
export const isForeignKey = (key: string): boolean => key.startsWith('sk-')

/** Error message, printed after "GEMINI_API_KEY", for a key that {@link isForeignKey} finds. */
export const FOREIGN_KEY_PROBLEM = `contains a key that begins with \`sk-\`; keys of Google do not. ${GET_A_KEY} For another server, set GEMINI_BASE_URL.`

/** Bearer tokens from published examples: attackers try them. */
const PLACEHOLDER_TOKENS = new Set(['changeme', 'your-auth-token', 'your_auth_token', 'your-api-key', 'sk-123456'])

/** Returns why a token is refused, to be printed after the variable's name; else undefined. */
export function findTokenProblem(token: string): string | undefined {
  if (PLACEHOLDER_TOKENS.has(token)) return 'contains a well-known placeholder. Generate a token, for example with `openssl rand -hex 24`.'
  return /^[\x21-\x7e]+$/.test(token) ? undefined : 'contains a token with a space or a non-ASCII character, which clients cannot send.'
}

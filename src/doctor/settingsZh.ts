/** Pattern of an English message about an invalid setting, and its Chinese replacement. */
type Translation = readonly [en: RegExp, zh: string]

const GET_A_KEY_ZH = '请在 https://aistudio.google.com/apikey 获取密钥。'

// The first match applies. Ordered by file of src/config: load, placeholders, readers, safety.
const TRANSLATIONS: readonly Translation[] = [
  [/^AUTH_TOKEN is not set\..*$/, '未设置 AUTH_TOKEN，函数会对所有人开放。请设置它；如确需开放，请设置 ALLOW_ANONYMOUS=true。'],
  [/^(\w+) is not set\..*$/, '未设置 $1。'],
  [/^(\w+) is also a token of AUTH_TOKEN: .*$/, '$1 同时是 AUTH_TOKEN 中的令牌：客户端可借此读取控制台的数据。请另设一个。'],
  [/^(\w+) contains a placeholder instead of a key\. Get[^(]*/, `$1 是占位符而不是密钥。${GET_A_KEY_ZH}`],
  [/^(\w+) contains a quotation mark\.[^(]*/, '$1 含有引号。请不要为密钥加引号；例如 `docker run --env-file` 会保留引号。'],
  [/^(\w+) contains the name of a variable besides the key\.[^(]*/, '$1 除密钥外还含有变量名。请删除 `=` 及其之前的内容。'],
  [/^(\w+) contains a URL instead of a key\. Get[^(]*/, `$1 是 URL 而不是密钥。${GET_A_KEY_ZH}`],
  [/^(\w+) contains a shortened or masked key\.[^(]*/, '$1 含有被截短或遮盖的密钥。请复制完整的密钥。'],
  [/^(\w+) contains a key of OpenAI or Anthropic\. Get[^(]*/, `$1 含有 OpenAI 或 Anthropic 的密钥。${GET_A_KEY_ZH}`],
  [
    /^(\w+) contains a key that begins with `sk-`.*$/,
    `$1 含有以 \`sk-\` 开头的密钥，Google 的密钥并非如此。${GET_A_KEY_ZH}其他服务请设置 GEMINI_BASE_URL。`,
  ],
  [/^(\w+) contains a key with a space or a non-ASCII character\./, '$1 中有密钥含空格或非 ASCII 字符。'],
  [/^(\w+) contains a well-known placeholder\..*$/, '$1 含有常见的占位符。请生成随机令牌，例如用 `openssl rand -hex 24`。'],
  [/^(\w+) contains a token with a space or a non-ASCII character.*$/, '$1 中有令牌含空格或非 ASCII 字符，客户端无法发送。'],
  [/^(\w+) contains no key\.$/, '$1 中没有密钥。'],
  [/^(\w+) contains an entry without a token\.$/, '$1 中有一项没有令牌。'],
  [/^(\w+) contains no token\.$/, '$1 中没有令牌。'],
  [/^(\w+) contains the same token twice: .*$/, '$1 中同一个令牌属于两个调用方。请为每个调用方设置不同的令牌。'],
  [/^(\w+) must be `true` or `false`\.$/, '$1 必须是 `true` 或 `false`。'],
  [/^(\w+) must be one of (.+)\.$/, '$1 必须是其中之一：$2。'],
  [/^(\w+) must be a whole number from (\d+) to (\d+)\.$/, '$1 必须是 $2 到 $3 的整数。'],
  [/^(\w+) must be a port number from 0 to 65535\.$/, '$1 必须是 0 到 65535 的端口号。'],
  [/^(\w+) must be a URL that starts with (\S+) or (\S+)\.$/, '$1 必须是以 $2 或 $3 开头的 URL。'],
  [/^(\w+) must be a URL that starts with (\S+)\.$/, '$1 必须是以 $2 开头的 URL。'],
  [/^(\w+) has a `%` in its .*$/, '$1 的用户名或密码中有 `%`，但它不构成转义。请写成 `%25`。'],
  [/^(\w+) must be a URL without user name, password, query and fragment\.$/, '$1 必须是不含用户名、密码、查询参数和片段的 URL。'],
  [/^(\w+) must be a URL without query and fragment\.$/, '$1 必须是不含查询参数和片段的 URL。'],
  [
    /^(\w+) must list origins such as (\S+), without path, wildcard and default port; (".*") is not an origin\.$/,
    '$1 必须列出 $2 这样的来源，不含路径、通配符和默认端口；$3 不是来源。',
  ],
  [/^(\w+) must be a comma-separated list of `requested=served`\.$/, '$1 必须是以逗号分隔的 `请求的模型=实际的模型`。'],
  [/^(\w+) has a wildcard after `=`;.*$/, '$1 的 `=` 之后有通配符；只有请求的模型可以使用通配符。'],
  [/^(\w+) must be a comma-separated list of chains `a>b>c`\.$/, '$1 必须是以逗号分隔的链 `a>b>c`。'],
  [/^(\w+) has '(.*)' as its own fallback\.$/, '$1 将 $2 设为它自己的备用模型。'],
  [/^(\w+) has two fallbacks for '(.*)'\.$/, '$1 为 $2 设置了两个备用模型。'],
  [
    /^(\w+) must be a threshold \((.+)\) or comma-separated CATEGORY=THRESHOLD pairs, each category \((.+)\) once; invalid: (.+)\.$/,
    '$1 必须是一个阈值（$2），或以逗号分隔的 CATEGORY=THRESHOLD，每个类别（$3）至多一次；无效：$4。',
  ],
]

const POSITION = / ?\(Key (\d+) of (\d+)\.\)$/

/** Translates a message of `loadConfig` to Chinese; returns an unknown message unchanged. */
export function toChineseProblem(problem: string): string {
  const found = TRANSLATIONS.find(([en]) => en.test(problem))
  return (found === undefined ? problem : problem.replace(...found)).replace(POSITION, '（第 $1 个密钥，共 $2 个。）')
}

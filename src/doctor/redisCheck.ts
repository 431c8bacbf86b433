import type { Redis as Client } from 'ioredis'
import type { Secret } from '../config/secret.js'
import { elapsed } from '../contract/clock.js'
import type { Bilingual } from '../contract/language.js'
import { catchParserErrors } from '../stores/redis.js'
import { trouble } from './check.js'
import { readNetworkErrorCode } from './networkFaults.js'
import { type Finding, passed, warned } from './result.js'

const MIN_REDIS_VERSION = 5
// Tests that Redis allows scripts and writes: the proxy needs both. The key expires after 1 s.
const WRITE_SCRIPT = "return redis.call('SET', KEYS[1], 'x', 'PX', 1000)"
const PROBED_KEY = 'gemini-proxy:doctor'

/**
 * Connects to Redis, writes a key, and checks version, response time and eviction policy.
 *
 * @param slowMs - response time above which the finding is a warning, in milliseconds
 * @throws {Trouble} if a step fails
 */
export async function checkRedis(url: Secret | undefined, slowMs: number, signal: AbortSignal): Promise<Finding> {
  if (url === undefined)
    return passed('REDIS_URL is not set: each instance uses its own memory.', '未设置 REDIS_URL：各实例只使用自己的内存。')
  const { hostname, port } = new URL(url.reveal())
  const host = `${hostname}:${port || '6379'}`
  const { Redis: Connection } = await import('ioredis')
  const client = new Connection(url.reveal(), {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 60_000,
  })
  // The last connection error, reported instead of the less specific error of a command.
  let failure: unknown
  client.on('error', (error) => {
    failure = error
  })
  client.on('connect', () => catchParserErrors(client.stream))
  const stop = (): void => client.disconnect()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await examineRedis(client, host, slowMs)
  } catch (error) {
    throw redisTrouble(host, signal.aborted ? undefined : (failure ?? error))
  } finally {
    signal.removeEventListener('abort', stop)
    client.disconnect()
  }
}

async function examineRedis(client: Client, host: string, slowMs: number): Promise<Finding> {
  await client.connect()
  const info = await client.info()
  await client.eval(WRITE_SCRIPT, 1, PROBED_KEY)
  const startedAt = elapsed()
  await client.ping()
  const pingMs = Math.round(elapsed() - startedAt)
  const fields = new Map(info.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
  const field = (name: string): string => fields.get(name) ?? ''
  const [version, policy] = [field('redis_version'), field('maxmemory_policy')]
  if (Number.parseInt(version, 10) < MIN_REDIS_VERSION)
    return warned(
      { en: `${host} runs Redis ${version}, which is no longer maintained.`, zh: `${host} 运行 Redis ${version}，已停止维护。` },
      { en: 'Upgrade Redis to version 6 or newer.', zh: '请升级到 6 或更新版本。' },
    )
  if (pingMs > slowMs)
    return warned(
      {
        en: `${host} takes ${pingMs} ms to respond; requests wait for these responses.`,
        zh: `${host} 响应用时 ${pingMs} 毫秒，请求会等待它。`,
      },
      { en: 'Use a Redis in the same region as the proxy.', zh: '请使用与代理在同一地区的 Redis。' },
    )
  if (Number(field('maxmemory')) > 0 && /^(allkeys|volatile)/.test(policy))
    return warned(
      {
        en: `${host} evicts keys when its memory is full (${policy}): resumable streams and stored responses may be lost.`,
        zh: `${host} 在内存用满时会淘汰键（${policy}）：可续传的流和已存储的响应可能丢失。`,
      },
      {
        en: 'Give Redis more memory, use it for the proxy only, or set maxmemory-policy to noeviction.',
        zh: '请增加内存、让代理独占该 Redis，或将 maxmemory-policy 设为 noeviction。',
      },
    )
  return passed(`${host}, version ${version}, responds in ${pingMs} ms.`, `${host}，版本 ${version}，响应用时 ${pingMs} 毫秒。`)
}

const REDIS_FAULTS: readonly (readonly [pattern: RegExp, message: Bilingual, nextStep: Bilingual])[] = [
  [
    /WRONGPASS|invalid password|invalid username/i,
    { en: 'refuses the user or password in REDIS_URL', zh: '拒绝了 REDIS_URL 中的用户名或密码' },
    {
      en: 'Correct REDIS_URL=redis://user:password@host:port; encode special characters (@ is %40).',
      zh: '请改正 REDIS_URL=redis://用户:密码@主机:端口；特殊字符须编码（@ 写作 %40）。',
    },
  ],
  [
    /NOAUTH|Authentication required/i,
    { en: 'requires a password, but REDIS_URL contains no password', zh: '要求密码，而 REDIS_URL 中没有' },
    { en: 'Set REDIS_URL=redis://:password@host:port.', zh: '请设置 REDIS_URL=redis://:密码@主机:端口。' },
  ],
  [
    /READONLY/,
    { en: 'is a read-only replica', zh: '是只读副本' },
    { en: 'Set REDIS_URL to the primary server.', zh: '请将 REDIS_URL 设为主节点。' },
  ],
  [
    /^OOM|MISCONF/,
    { en: 'refuses writes: its memory or disk is full', zh: '拒绝写入：内存或磁盘已满' },
    { en: 'Give Redis more memory or disk, or delete data of other applications.', zh: '请增加内存或磁盘，或删除其他应用的数据。' },
  ],
  [
    /NOPERM|unknown command|not allowed|no permissions/i,
    { en: 'does not allow a command that the proxy needs (EVAL, SET, INFO)', zh: '不允许代理所需的命令（EVAL、SET、INFO）' },
    {
      en: 'Allow the user in REDIS_URL the commands of strings and scripts on gemini-proxy:*.',
      zh: '请允许 REDIS_URL 中的用户对 gemini-proxy:* 使用字符串和脚本命令。',
    },
  ],
  [
    /CERT|UNABLE_TO|SSL|TLS|EPROTO/,
    { en: 'cannot be reached with TLS', zh: '无法以 TLS 连接' },
    {
      en: 'Use redis:// without TLS and rediss:// with it, and set NODE_EXTRA_CA_CERTS for a private CA.',
      zh: '不使用 TLS 时写 redis://，使用 TLS 时写 rediss://；私有 CA 请设置 NODE_EXTRA_CA_CERTS。',
    },
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    { en: 'has a name that does not resolve', zh: '的主机名无法解析' },
    {
      en: 'Correct the host in REDIS_URL. Names of a VPC resolve only within it.',
      zh: '请改正 REDIS_URL 中的主机。VPC 内的域名只能在其内部解析。',
    },
  ],
  [
    /ECONNREFUSED/,
    { en: 'refuses the connection: no server listens there', zh: '拒绝连接：该地址没有服务在监听' },
    { en: 'Start Redis, or correct the host and port in REDIS_URL.', zh: '请启动 Redis，或改正 REDIS_URL 中的主机和端口。' },
  ],
]

/** Explains a failure of Redis. @param error - undefined if Redis did not respond in time */
function redisTrouble(host: string, error: unknown) {
  const said = error instanceof Error ? `${readNetworkErrorCode(error)} ${error.message}` : ''
  const found = error === undefined ? undefined : REDIS_FAULTS.find(([pattern]) => pattern.test(said.trim()))
  const [, message, nextStep] = found ?? [
    undefined,
    error === undefined
      ? { en: 'does not respond', zh: '没有响应' }
      : { en: 'sent a response that is not from a Redis server', zh: '的响应不是 Redis 协议' },
    {
      en: 'Check the host and port in REDIS_URL, and whitelist this machine in the firewall or the instance.',
      zh: '请检查 REDIS_URL 中的主机和端口，并在防火墙或实例的白名单中加入本机。',
    },
  ]
  return trouble(
    'redis',
    {
      en: `Redis at ${host} ${message.en}. Each instance uses its own memory meanwhile.`,
      zh: `${host} 的 Redis ${message.zh}。在此期间各实例只使用自己的内存。`,
    },
    nextStep,
  )
}

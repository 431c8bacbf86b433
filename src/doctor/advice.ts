import type { ErrorCode } from '../contract/errors.js'
import type { Bilingual } from '../contract/language.js'

/** The cause of an error, and the next step for the operator. */
export interface Advice {
  readonly cause: Bilingual
  readonly nextStep: Bilingual
}

const advice = (cause: Bilingual, nextStep: Bilingual): Advice => ({ cause, nextStep })
const text = (en: string, zh: string): Bilingual => ({ en, zh })

/** Advice for the proxy's errors that an operator can cause or fix, by `error.code`. */
export const PROXY_ADVICE = {
  invalid_api_key: advice(
    text(
      'The deployment rejects TOKEN: it is not one of the tokens in its AUTH_TOKEN.',
      '该部署拒绝了 TOKEN：它不是该部署 AUTH_TOKEN 中的令牌。',
    ),
    text(
      'Use one of the tokens in AUTH_TOKEN of the deployment (without the name before the colon), or set AUTH_TOKEN and deploy again.',
      '请使用该部署 AUTH_TOKEN 中的某个令牌（不含冒号前的名称），或重新设置 AUTH_TOKEN 后再部署。',
    ),
  ),
  upstream_auth_error: advice(
    text('Gemini rejects the GEMINI_API_KEY of the deployment.', 'Gemini 拒绝了该部署的 GEMINI_API_KEY。'),
    text(
      'Gemini rejects the GEMINI_API_KEY of the deployment. Set a valid one (https://aistudio.google.com/apikey) and deploy again; `make doctor` with the same key shows the reason.',
      '请在 https://aistudio.google.com/apikey 创建有效的密钥，设置 GEMINI_API_KEY 后重新部署；用同一密钥运行 `make doctor` 可查明具体原因。',
    ),
  ),
  upstream_region_unsupported: advice(
    text('Gemini is not available in the region of this deployment.', 'Gemini 不向该部署所在的地区提供服务。'),
    text(
      'Deploy to another region: REGION=us-west-1 make deploy (never mainland China or Hong Kong), give the function a fixed IP address (docs/deploy.md), or set HTTPS_PROXY or GEMINI_BASE_URL.',
      '请部署到其他地域：REGION=us-west-1 make deploy（不可选中国大陆和香港），或为函数配置固定 IP 地址（见 docs/deploy.zh-CN.md），或设置 HTTPS_PROXY 或 GEMINI_BASE_URL。',
    ),
  ),
  insufficient_quota: advice(
    text('The quota or the credit of the Gemini keys is used up for this model.', '该模型的 Gemini 密钥配额或余额已用完。'),
    text(
      'Wait until midnight Pacific time if it is a daily quota, enable billing or top up at https://aistudio.google.com, add keys of other projects to GEMINI_API_KEY, or use another model (MODEL=...).',
      '如为每日配额，请等到太平洋时间零点；否则请在 https://aistudio.google.com 启用结算或充值，在 GEMINI_API_KEY 中添加其他项目的密钥，或改用其他模型（MODEL=...）。',
    ),
  ),
  rate_limit_exceeded: advice(
    text(
      'Too many requests per minute: the limit of the Gemini keys, or RATE_LIMIT_RPM.',
      '每分钟请求过多：达到 Gemini 密钥的限额或 RATE_LIMIT_RPM。',
    ),
    text(
      'Wait a minute. If the error recurs: add keys of other projects to GEMINI_API_KEY, use a paid tier, or raise RATE_LIMIT_RPM.',
      '请等待一分钟。如反复出现：在 GEMINI_API_KEY 中添加其他项目的密钥，使用付费层级，或调高 RATE_LIMIT_RPM。',
    ),
  ),
  upstream_overloaded: advice(
    text('The model is overloaded at Gemini.', 'Gemini 的该模型过载。'),
    text(
      'Retry in a few seconds. Set MODEL_FALLBACKS (such as gemini-3.8-flash>gemini-3.5-flash), so that another model serves the requests meanwhile.',
      '请几秒后重试。设置 MODEL_FALLBACKS（例如 gemini-3.8-flash>gemini-3.5-flash）后，过载期间会由其他模型处理请求。',
    ),
  ),
  upstream_timeout: advice(
    text('Gemini did not respond in time.', 'Gemini 未在规定时间内响应。'),
    text(
      'Retry. If the problem persists, try another model (MODEL=...), and check HTTPS_PROXY and the network of the proxy; UPSTREAM_IDLE_TIMEOUT_MS limits the time without data from Gemini.',
      '请重试。如持续出现：换用其他模型（MODEL=...），并检查 HTTPS_PROXY 和代理所在的网络；UPSTREAM_IDLE_TIMEOUT_MS 是允许的最长无数据时间。',
    ),
  ),
  upstream_error: advice(
    text('The proxy cannot use its connection to Gemini.', '代理与 Gemini 的连接不可用。'),
    text(
      'Check that the network of the proxy reaches generativelanguage.googleapis.com: DNS, outbound port 443, GEMINI_BASE_URL. If Google is blocked, set HTTPS_PROXY. The log of the proxy names the cause, and so does `make doctor` on the machine of the proxy.',
      '请检查代理所在网络能否访问 generativelanguage.googleapis.com：DNS、出站 443 端口、GEMINI_BASE_URL。如无法直连 Google，请设置 HTTPS_PROXY。具体原因见其日志，或在该机器上运行 `make doctor`。',
    ),
  ),
  model_not_found: advice(
    text('The model does not exist, or this key may not use it.', '模型不存在，或该密钥无权使用。'),
    text(
      'Choose a model of GET /v1/models (MODEL=gemini-3.8-flash), and correct MODEL_ALIASES if they name a retired one.',
      '请从 GET /v1/models 中选择模型（MODEL=gemini-3.8-flash）；如 MODEL_ALIASES 指向已停用的模型，请改正。',
    ),
  ),
  request_too_large: advice(
    text('The request is larger than BODY_LIMIT_BYTES.', '请求超过了 BODY_LIMIT_BYTES。'),
    text(
      'Send less, or raise BODY_LIMIT_BYTES (Function Compute allows 32 MB at most).',
      '请减小请求，或调高 BODY_LIMIT_BYTES（函数计算最多允许 32 MB）。',
    ),
  ),
  server_overloaded: advice(
    text('The server instance is at its capacity.', '服务实例已达到容量上限。'),
    text(
      'Retry. If the problem persists, raise the memory of the function, MAX_CONCURRENT_REQUESTS or FC_MAX_INSTANCES.',
      '请重试。如持续出现：增加函数内存，或调高 MAX_CONCURRENT_REQUESTS 或 FC_MAX_INSTANCES。',
    ),
  ),
  shutting_down: advice(
    text('The server instance is shutting down.', '服务实例正在关闭。'),
    text('Retry: another instance serves the next request.', '请重试：下一个请求将由其他实例处理。'),
  ),
  internal_error: advice(
    text('The proxy failed because of a bug of the proxy.', '代理因自身缺陷而出错。'),
    text(
      'Look at the log of the function for the x-request-id of the response, and report it with the version of the proxy.',
      '请用响应的 x-request-id 查看函数日志，并连同代理版本一起反馈。',
    ),
  ),
  unknown_url: advice(
    text('TARGET has a wrong path.', 'TARGET 指向了错误的路径。'),
    text(
      'Use the address of the host only, as in TARGET=https://host; clients use https://host/v1.',
      '请只填写主机地址，例如 TARGET=https://host；客户端使用 https://host/v1。',
    ),
  ),
} as const satisfies Partial<Record<ErrorCode, Advice>>

const LOG = text('look at the log of the function', '请查看函数日志')

/** Advice for the errors of Function Compute itself, by `errorCode` of its responses. */
const PLATFORM_ADVICE = {
  CAExited: advice(
    text('The server exited at its start, usually because of an invalid setting.', '服务启动时退出，通常是因为某项设置无效。'),
    text(`Run \`make doctor\` with the same settings, and ${LOG.en}.`, `请用相同的设置运行 \`make doctor\`；另外${LOG.zh}。`),
  ),
  CAFileNotFound: advice(
    text('The package does not contain the file that s.yaml starts.', '代码包中没有 s.yaml 要启动的文件。'),
    text('Deploy again with make deploy.', '请用 make deploy 重新部署。'),
  ),
  FunctionNotStarted: advice(
    text('The server does not listen on 0.0.0.0:9000.', '服务没有监听 0.0.0.0:9000。'),
    text(
      `Remove HOST and PORT from the settings of the function, and ${LOG.en}.`,
      `请从函数的环境变量中去掉 HOST 和 PORT；另外${LOG.zh}。`,
    ),
  ),
  FunctionNotFound: advice(
    text('The function does not exist.', '函数不存在。'),
    text(
      'Check the address and the region in TARGET; `make deploy` prints the address.',
      '请检查 TARGET 中的地址和地域；`make deploy` 会输出地址。',
    ),
  ),
  AccessDenied: advice(
    text(
      "Function Compute refuses the request: the trigger's public address is off, or the domain requires authentication.",
      '函数计算拒绝了请求：触发器的公网地址已关闭，或域名要求认证。',
    ),
    text(
      'Enable the public address of the HTTP trigger, with authentication "anonymous".',
      '请启用 HTTP 触发器的公网访问，认证方式选“无需认证”。',
    ),
  ),
  EntityTooLarge: advice(
    text('The request is larger than Function Compute allows (32 MB).', '请求超过了函数计算的上限（32 MB）。'),
    text('Send less data.', '请减小请求。'),
  ),
  InvalidArgument: advice(
    text(
      'The request exceeds a limit of Function Compute: 8 KB of headers, 4 KB of URL, 32 MB of body.',
      '请求超过了函数计算的限制：请求头 8 KB，URL 4 KB，请求体 32 MB。',
    ),
    text('Send a smaller request.', '请减小请求。'),
  ),
  ResourceExhausted: advice(
    text('All instances that FC_MAX_INSTANCES allows are busy.', 'FC_MAX_INSTANCES 允许的实例均已占满。'),
    text('Retry, or raise FC_MAX_INSTANCES.', '请重试，或调高 FC_MAX_INSTANCES。'),
  ),
  ResourceThrottled: advice(
    text('Function Compute has no free instance at the moment.', '函数计算暂时没有可用实例。'),
    text('Retry later.', '请稍后重试。'),
  ),
  BadResponse: advice(
    text('The server exited during a response.', '服务在响应过程中退出。'),
    text(`Raise the memory of the function if it ran out, and ${LOG.en}.`, `如内存不足，请增加函数内存；另外${LOG.zh}。`),
  ),
  FunctionUnhandledError: advice(
    text('The server exited during a request.', '服务在处理请求时退出。'),
    text(`Raise the memory of the function if it ran out, and ${LOG.en}.`, `如内存不足，请增加函数内存；另外${LOG.zh}。`),
  ),
  FunctionTimeout: advice(
    text('The request took longer than the timeout of the function.', '请求超过了函数的超时时间。'),
    text('Raise FC_TIMEOUT and deploy again.', '请调高 FC_TIMEOUT 后重新部署。'),
  ),
} as const satisfies Record<string, Advice>

/** Advice for an unreachable deployment, by error code of Node.js; `TLS` for all TLS errors. */
const CONNECTION_ADVICE: Readonly<Record<string, Advice>> = {
  ENOTFOUND: advice(
    text('The host name of TARGET does not resolve.', 'TARGET 的主机名无法解析。'),
    text('Check its spelling, the CNAME of your domain, and the DNS of this machine.', '请检查拼写、域名的 CNAME 记录和本机的 DNS。'),
  ),
  EAI_AGAIN: advice(
    text('The DNS of this machine does not respond.', '本机的 DNS 没有响应。'),
    text('Check the network and /etc/resolv.conf of this machine.', '请检查本机的网络和 /etc/resolv.conf。'),
  ),
  ECONNREFUSED: advice(
    text('No server listens at the address of TARGET.', 'TARGET 的地址上没有服务在监听。'),
    text(
      'Start the server, and check the port and HOST (127.0.0.1 is not reachable from other machines).',
      '请启动服务，并检查端口和 HOST（127.0.0.1 无法从其他机器访问）。',
    ),
  ),
  ECONNRESET: advice(
    text('The connection was closed before a response arrived.', '连接在收到响应之前被关闭。'),
    text(
      'Check that TARGET has the right scheme (https:// or http://) and port, and check for a firewall or gateway in between.',
      '请检查 TARGET 的协议（https:// 或 http://）和端口，以及中间的防火墙或网关。',
    ),
  ),
  ETIMEDOUT: advice(
    text('TARGET does not respond: a firewall probably drops the packets.', 'TARGET 没有响应：数据包在途中被丢弃。'),
    text('Check the firewall, the security group and the port of TARGET.', '请检查防火墙、安全组和 TARGET 的端口。'),
  ),
  TLS: advice(
    text('The certificate of TARGET is not valid for this machine.', '本机不信任 TARGET 的证书。'),
    text(
      'Check the certificate of the domain (its name, its dates, its chain). If a proxy of your company inspects TLS, set NODE_EXTRA_CA_CERTS to its CA certificate.',
      '请检查域名的证书（名称、有效期、证书链）。如公司代理会解密 TLS，请将 NODE_EXTRA_CA_CERTS 设为其 CA 证书。',
    ),
  ),
}

/** Returns the advice for an error of the proxy or Function Compute; undefined for other codes. */
export const adviceFor = (code: string): Advice | undefined => findAdvice(PROXY_ADVICE, code) ?? findAdvice(PLATFORM_ADVICE, code)

/** Returns the advice for a connection error of Node.js; undefined for an unknown error. */
export function adviceForConnectionError(error: unknown): Advice | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE|TLS|SSL/.test(code)) return CONNECTION_ADVICE.TLS
  return findAdvice(CONNECTION_ADVICE, code)
}

const findAdvice = (table: Readonly<Record<string, Advice>>, code: string): Advice | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined

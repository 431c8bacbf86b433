import type { Bilingual } from '../contract/language.js'

/** The explanation of a network error, with the next step for the operator. */
export interface NetworkFault {
  readonly message: Bilingual
  readonly nextStep: Bilingual
}

/** The destination of a connection to Gemini, and the forward proxy to it. */
export interface NetworkRoute {
  /** Host and port, such as `example.com:443`. */
  readonly host: string
  /** The forward proxy that the connection uses; undefined for a direct connection. */
  readonly proxyUrl: URL | undefined
}

type FaultMaker = (host: string, nowText: string) => NetworkFault

const PROXY_HINT = 'If Google is blocked, set HTTPS_PROXY to an HTTP proxy that can reach Google (HTTPS_PROXY=http://host:port).'
const PROXY_HINT_ZH = '如所在网络无法访问 Google，请将 HTTPS_PROXY 设为可访问它的 HTTP 代理（HTTPS_PROXY=http://host:port）。'

const noDns: FaultMaker = (host) => ({
  message: {
    en: `The name ${host} does not resolve: DNS or the Internet is unavailable, or the name is wrong.`,
    zh: `无法解析 ${host}：没有 DNS、无法访问互联网，或主机名有误。`,
  },
  nextStep: {
    en: `Check GEMINI_BASE_URL, and the DNS and the outbound network of this machine (a function in a VPC needs a NAT gateway). ${PROXY_HINT}`,
    zh: `请检查 GEMINI_BASE_URL，以及本机的 DNS 和出站网络（VPC 内的函数需要 NAT 网关）。${PROXY_HINT_ZH}`,
  },
})

const noRoute: FaultMaker = (host) => ({
  message: {
    en: `There is no route to ${host}: this machine has no Internet access.`,
    zh: `没有到 ${host} 的路由：本机无法访问互联网。`,
  },
  nextStep: {
    en: `Give this machine outbound access to TCP port 443 (in a VPC: a NAT gateway and a security group rule). ${PROXY_HINT}`,
    zh: `请为本机开放出站 TCP 443 端口（VPC 中需要 NAT 网关和安全组规则）。${PROXY_HINT_ZH}`,
  },
})

const refusedConnection: FaultMaker = (host) => ({
  message: {
    en: `${host} refuses the connection: no server listens there, or a firewall rejects it.`,
    zh: `${host} 拒绝连接：该地址没有服务在监听，或被防火墙拒绝。`,
  },
  nextStep: {
    en: `Check the host and port in GEMINI_BASE_URL, and the firewall. ${PROXY_HINT}`,
    zh: `请检查 GEMINI_BASE_URL 中的主机和端口，以及防火墙。${PROXY_HINT_ZH}`,
  },
})

const connectionReset: FaultMaker = (host) => ({
  message: {
    en: `The connection to ${host} was cut off before a response: typical of a firewall that blocks Google.`,
    zh: `到 ${host} 的连接在收到响应前被切断：通常是屏蔽 Google 的防火墙所致。`,
  },
  nextStep: { en: `${PROXY_HINT} Or run the proxy in another region.`, zh: `${PROXY_HINT_ZH}或在其他地区运行代理。` },
})

const noResponse: FaultMaker = (host) => ({
  message: { en: `${host} does not respond: a firewall probably drops the packets.`, zh: `${host} 没有响应：数据包在途中被丢弃。` },
  nextStep: {
    en: `Allow outbound TCP port 443 in the firewall and the security group. ${PROXY_HINT}`,
    zh: `请在防火墙和安全组中放行出站 TCP 443 端口。${PROXY_HINT_ZH}`,
  },
})

const untrustedCertificate: FaultMaker = (host) => ({
  message: {
    en: `The certificate that ${host} presents is not trusted: a proxy in between inspects TLS.`,
    zh: `${host} 出示的证书不受信任：途中有代理在解密 TLS。`,
  },
  nextStep: {
    en: "Set NODE_EXTRA_CA_CERTS to the file with that proxy's CA certificate (PEM), or exclude this host from the inspection.",
    zh: '请将 NODE_EXTRA_CA_CERTS 设为该代理的 CA 证书文件（PEM），或让它对此主机不做解密。',
  },
})

const wrongCertificateName: FaultMaker = (host) => ({
  message: {
    en: `The server at ${host} has a certificate for another host name.`,
    zh: `${host} 处响应的是另一台服务器：其证书属于其他域名。`,
  },
  nextStep: {
    en: 'Check GEMINI_BASE_URL, and whether DNS or /etc/hosts resolves this name to a wrong address.',
    zh: '请检查 GEMINI_BASE_URL，以及 DNS 或 /etc/hosts 是否将该域名指向了错误的地址。',
  },
})

const wrongCertificateDate: FaultMaker = (host, nowText) => ({
  message: {
    en: `The certificate of ${host} is not valid at the time of this machine (${nowText}).`,
    zh: `按本机时间（${nowText}），${host} 的证书不在有效期内。`,
  },
  nextStep: {
    en: 'Correct the clock of this machine if that time is wrong (NTP). If it is right, a proxy in between presents an outdated certificate.',
    zh: '如该时间有误，请校准本机时钟（NTP）；如时间正确，则是途中的代理出示了过期证书。',
  },
})

const noTls: FaultMaker = (host) => ({
  message: { en: `${host} does not speak TLS on this port.`, zh: `${host} 的该端口不使用 TLS。` },
  nextStep: {
    en: 'Check the scheme (https:// or http://) and the port in GEMINI_BASE_URL.',
    zh: '请检查 GEMINI_BASE_URL 的协议（https:// 或 http://）和端口。',
  },
})

const FAULTS: readonly (readonly [codes: RegExp, fault: FaultMaker])[] = [
  [/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|EAI_NODATA)$/, noDns],
  [/^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ENETDOWN)$/, noRoute],
  [/^ECONNREFUSED$/, refusedConnection],
  [/^(CERT_NOT_YET_VALID|CERT_HAS_EXPIRED)$/, wrongCertificateDate],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, wrongCertificateName],
  [/CERT|UNABLE_TO_/, untrustedCertificate],
  [/^(ERR_SSL_|EPROTO)/, noTls],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/, noResponse],
]

// If a forward proxy has opened a tunnel, these faults lie between that proxy and Google.
const FAULTS_BEHIND_PROXY: ReadonlySet<FaultMaker> = new Set([noRoute, refusedConnection, connectionReset, noResponse])

const proxyStep = ({ host }: URL): Bilingual => ({
  en: `The proxy of HTTPS_PROXY (${host}) opens a tunnel, but Gemini does not respond through it: check that proxy's connection to Google and its log, or set HTTPS_PROXY to another proxy.`,
  zh: `HTTPS_PROXY 的代理（${host}）建立了隧道，但 Gemini 没有通过它响应：请检查该代理到 Google 的网络及其日志，或将 HTTPS_PROXY 设为其他代理。`,
})

/**
 * Explains why a connection to Gemini failed.
 *
 * @param hasTimedOut - true if the doctor's deadline ended the wait
 */
export function explainNetworkError(error: unknown, hasTimedOut: boolean, { host, proxyUrl }: NetworkRoute): NetworkFault {
  const code = hasTimedOut ? 'ETIMEDOUT' : readNetworkErrorCode(error)
  const make = FAULTS.find(([codes]) => codes.test(code))?.[1] ?? connectionReset
  const fault = make(host, new Date().toISOString().slice(0, 16).replace('T', ' '))
  return proxyUrl !== undefined && FAULTS_BEHIND_PROXY.has(make) ? { message: fault.message, nextStep: proxyStep(proxyUrl) } : fault
}

/** Returns the `code` of the innermost error in the chain of causes that has one; '' if none. */
export function readNetworkErrorCode(error: unknown): string {
  let code = ''
  for (let level = error; level instanceof Error; level = level.cause) {
    if ('code' in level && typeof level.code === 'string') code = level.code
  }
  return code
}

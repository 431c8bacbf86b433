import { findCataloguedModel } from '../upstream/models/retirement.js'
import { judgeStreaming, judgeThinking } from './answerFacts.js'
import { type NamedCheck, toPrintableText, trouble } from './check.js'
import { checkClock } from './connectionChecks.js'
import type { Deployment } from './deployment.js'
import { joinLines } from './geminiChecks.js'
import type { DoctorLimits } from './limits.js'
import { type CheckId, type Finding, passed } from './result.js'
import { checkBodySize, checkCors } from './targetChecks.js'
import type { TargetAddress } from './targetClient.js'

/** Dependencies of {@link makeDeploymentChecks}. */
export interface DeploymentChecksParts {
  readonly deployment: Deployment
  readonly address: TargetAddress
  readonly model: string
  readonly limits: DoctorLimits
}

/** Ids of the checks of a deployment, in the order of the report. */
const DEPLOYMENT_CHECK_IDS = [
  'target',
  'domain',
  'clock',
  'token',
  'models',
  'cors',
  'body',
  'connection',
  'keys',
  'region',
  'quota',
  'model',
  'thinking',
  'streaming',
] as const satisfies readonly CheckId[]

/** Makes the checks of a deployment. They send requests to the deployment only. */
export function makeDeploymentChecks({ deployment, address, model, limits }: DeploymentChecksParts): readonly NamedCheck[] {
  const runs: Readonly<Record<(typeof DEPLOYMENT_CHECK_IDS)[number], NamedCheck['run']>> = {
    target: async () => {
      const { version } = await deployment.requestHealth()
      return passed(`Gemini Proxy ${version} responds.`, `Gemini Proxy ${version} 有响应。`)
    },
    domain: async () => checkDomain((await deployment.requestHealth()).arePagesDownloaded, address.base),
    clock: async () => checkClock((await deployment.requestHealth()).date, Date.now()),
    token: () => checkToken(deployment, address.token),
    models: async () => checkServedModels(await deployment.requestModels()),
    cors: () => checkCors(deployment),
    body: () => checkBodySize(deployment, { noResponseMs: limits.noResponseMs }),
    connection: async () => passAfterAnswer(deployment, passed('The deployment reaches Gemini.', '该部署可以连接 Gemini。')),
    keys: async () => passAfterAnswer(deployment, passed('Gemini accepts the key of the deployment.', 'Gemini 接受该部署的密钥。')),
    region: async () =>
      passAfterAnswer(deployment, passed('Gemini serves the region of the deployment.', 'Gemini 向该部署所在地区提供服务。')),
    quota: async () => passAfterAnswer(deployment, passed('The deployment has quota for this model.', '该部署有此模型的配额。')),
    model: async () => {
      const { timeToFirstEventMs } = await deployment.streamAnswer()
      return passed(`${model} answers, after ${timeToFirstEventMs} ms.`, `${model} 正常响应，用时 ${timeToFirstEventMs} 毫秒。`)
    },
    thinking: async () => judgeThinking(await deployment.streamAnswer(), model, findCataloguedModel(model)?.thinkingLevels.length !== 0),
    streaming: async () => judgeStreaming(await deployment.streamAnswer(), limits.minStreamMs, SERVERS_BEFORE_PROXY),
  }
  return DEPLOYMENT_CHECK_IDS.map((id) => ({ id, run: runs[id] }))
}

const SERVERS_BEFORE_PROXY = {
  en: 'the gateway or CDN in front of the proxy (nginx: proxy_buffering off; see docs/nginx.conf), or, without a gateway, in the relay at GEMINI_BASE_URL',
  zh: '代理前面的网关或 CDN（nginx 使用 proxy_buffering off，见 docs/nginx.conf），如没有网关则在 GEMINI_BASE_URL 的中转服务',
}

async function passAfterAnswer(deployment: Deployment, finding: Finding): Promise<Finding> {
  await deployment.streamAnswer()
  return finding
}

const LOOPBACK_HOST = /^(?:127\.[\d.]+|localhost|\[::1\])$/

function checkDomain(isDownloaded: boolean, { protocol, hostname }: URL): Finding {
  if (isDownloaded)
    return {
      status: 'warning',
      message: {
        en: 'Browsers download the pages of this address (/docs, /console) instead of showing them: Function Compute does so on its own domain. API clients are not affected.',
        zh: '浏览器会下载此地址的页面（/docs、/console），而不是显示页面：函数计算的默认域名就是如此。API 客户端不受影响。',
      },
      nextStep: {
        en: 'Bind a custom domain: CUSTOM_DOMAIN=api.example.com make deploy (docs/deploy.md, “Your own domain”).',
        zh: '请绑定自定义域名：CUSTOM_DOMAIN=api.example.com make deploy（见 docs/deploy.zh-CN.md 的“自定义域名”）。',
      },
    }
  if (protocol === 'http:' && !LOOPBACK_HOST.test(hostname))
    return {
      status: 'warning',
      message: {
        en: 'The address is http://: tokens and prompts are sent unencrypted.',
        zh: '地址为 http://：令牌和提示词在途中可被读取。',
      },
      nextStep: { en: 'Use https://, with a certificate for the domain.', zh: '请使用 https://，并为域名配置证书。' },
    }
  return passed('Browsers show the pages of this address.', '浏览器可以正常显示此地址的页面。')
}

async function checkToken(deployment: Deployment, token: string | undefined): Promise<Finding> {
  const { isAuthRequired } = await deployment.requestHealth()
  if (!isAuthRequired)
    throw trouble(
      'token',
      {
        en: 'The deployment requires no token: anyone can use it at your cost.',
        zh: '该部署不要求令牌：任何人都可以使用，费用由你承担。',
      },
      { en: 'Set AUTH_TOKEN (`openssl rand -hex 24`) and deploy again.', zh: '请设置 AUTH_TOKEN（`openssl rand -hex 24`）后重新部署。' },
    )
  await deployment.requestModels()
  return token === undefined ? passed('Not needed.', '无需令牌。') : passed('The token is accepted.', '令牌有效。')
}

/** Warns about MODEL_ALIASES and EXTRA_MODELS of the deployment that lead to retired models. */
function checkServedModels(models: readonly Readonly<Record<string, unknown>>[]): Finding {
  const retired = models.filter(({ id, retired }) => retired === true && findCataloguedModel(String(id)) === undefined)
  if (retired.length === 0) return passed(`The deployment lists ${models.length} models.`, `共 ${models.length} 个模型。`)
  return {
    status: 'warning',
    message: joinLines(
      retired.map(({ id }) => ({
        en: `${toPrintableText(id)} is mapped to a model that Google has retired.`,
        zh: `${toPrintableText(id)} 指向已被 Google 停用的模型。`,
      })),
    ),
    nextStep: {
      en: 'Use a current model, such as gemini-3.8-flash, in MODEL_ALIASES and EXTRA_MODELS of the deployment.',
      zh: '请在该部署的 MODEL_ALIASES 和 EXTRA_MODELS 中改用现有模型，例如 gemini-3.8-flash。',
    },
  }
}

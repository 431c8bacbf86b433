// What may stand in s.yaml and scripts/deploy/s.domain.yaml, closed: an unknown key is a misspelt one. Narrower than the official schemas, which take almost
// anything. Part of lint-deploy.ts.
import { REGIONS } from './regions.js'

const closed = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})
const whole = (minimum: number, maximum: number): object => ({ type: 'integer', minimum, maximum })
const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: text }
const methods = {
  type: 'array',
  items: { enum: ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'] },
  uniqueItems: true,
}
const region = { enum: Object.keys(REGIONS) }

const healthCheck = closed({
  httpGetUrl: { type: 'string', pattern: '^/' },
  initialDelaySeconds: whole(0, 120),
  periodSeconds: whole(1, 120),
  timeoutSeconds: whole(1, 3),
  failureThreshold: whole(1, 120),
  successThreshold: whole(1, 120),
})

const trigger = closed({
  triggerName: text,
  triggerType: { const: 'http' },
  qualifier: text,
  description: text,
  // Any other scheme takes the header Authorization, which carries the caller's token.
  triggerConfig: closed({ authType: { const: 'anonymous' }, disableURLInternet: { const: false }, methods }),
})

const affinity = closed({
  affinityHeaderFieldName: { type: 'string', minLength: 5, maxLength: 40, pattern: '^(?![Xx]-[Ff][Cc]-)[A-Za-z][A-Za-z0-9_-]*$' },
  sessionTTLInSeconds: whole(1, 86_400),
  sessionConcurrencyPerInstance: whole(1, 200),
})

/** `props` of the component fc3. `role` is no key of it: whoever has none is handed no credentials. */
export const FUNCTION_SCHEMA = closed(
  {
    region,
    functionName: { const: 'gemini-proxy' },
    description: text,
    runtime: { enum: ['custom.debian11', 'custom.debian10'] },
    layers: texts,
    code: text,
    customRuntimeConfig: closed({ command: texts, args: texts, port: whole(1, 65_535), healthCheckConfig: healthCheck }),
    instanceLifecycleConfig: closed({ preStop: closed({ handler: text, timeout: whole(1, 90) }) }),
    cpu: { type: 'number', minimum: 0.05, maximum: 16 },
    memorySize: { type: 'integer', minimum: 128, maximum: 32_768, multipleOf: 64 },
    diskSize: { enum: [512, 10_240] },
    timeout: whole(1, 86_400),
    // With 1, callers may ask for the log of their own request, and each stream would take an instance.
    instanceConcurrency: whole(2, 200),
    concurrencyConfig: closed({ reservedConcurrency: whole(1, 300) }),
    // Any caller can make a call asynchronous; one that is repeated costs again.
    asyncInvokeConfig: closed({ maxAsyncRetryAttempts: { const: 0 }, maxAsyncEventAgeInSeconds: whole(1, 86_400) }),
    internetAccess: { type: 'boolean' },
    logConfig: { const: 'auto' },
    environmentVariables: { type: 'object', additionalProperties: text, propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' } },
    triggers: { type: 'array', items: trigger, minItems: 1, maxItems: 1 },
    sessionAffinity: { const: 'HEADER_FIELD' },
    sessionAffinityConfig: affinity,
    vpcConfig: closed({ vpcId: text, vSwitchIds: texts, securityGroupId: text }),
  },
  ['sessionAffinity', 'sessionAffinityConfig', 'vpcConfig'],
)

const MODERN_CIPHER = '^TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305)$'

/** `props` of the component fc3-domain. */
export const DOMAIN_SCHEMA = closed({
  region,
  domainName: { type: 'string', pattern: '^([a-z0-9-]+\\.)+[a-z]{2,}$' },
  // Tokens would go over plain HTTP in clear.
  protocol: { const: 'HTTPS' },
  certConfig: closed({ certId: text }),
  tlsConfig: closed({
    minVersion: { enum: ['TLSv1.2', 'TLSv1.3'] },
    maxVersion: { const: 'TLSv1.3' },
    cipherSuites: { type: 'array', minItems: 1, items: { type: 'string', pattern: MODERN_CIPHER } },
  }),
  routeConfig: closed({
    routes: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: closed({ path: { const: '/*' }, functionName: text, qualifier: text, methods }),
    },
  }),
})

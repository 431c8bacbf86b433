// Schemas of the resolved s.yaml and s.domain.yaml. Part of lint.ts. Stricter than the official
// schemas: unknown keys are errors, so that a misspelt key is found.
import { REGIONS } from './regions.js'

const makeObject = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})
const makeInteger = (minimum: number, maximum: number): object => ({ type: 'integer', minimum, maximum })
const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: text }
const makeOne = (items: object): object => ({ type: 'array', items, minItems: 1, maxItems: 1 })
const methods = { type: 'array', items: { enum: ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'] }, uniqueItems: true }
const region = { enum: Object.keys(REGIONS) }

const healthCheck = makeObject({
  httpGetUrl: { type: 'string', pattern: '^/' },
  initialDelaySeconds: makeInteger(0, 120),
  periodSeconds: makeInteger(1, 120),
  timeoutSeconds: makeInteger(1, 3),
  failureThreshold: makeInteger(1, 120),
  successThreshold: makeInteger(1, 120),
})

const trigger = makeObject({
  triggerName: text,
  triggerType: { const: 'http' },
  qualifier: text,
  description: text,
  // With other values, Function Compute checks the header Authorization, which has callers' tokens.
  triggerConfig: makeObject({ authType: { const: 'anonymous' }, disableURLInternet: { const: false }, methods }),
})

const affinity = makeObject({
  affinityHeaderFieldName: { type: 'string', minLength: 5, maxLength: 40, pattern: '^(?![Xx]-[Ff][Cc]-)[A-Za-z][A-Za-z0-9_-]*$' },
  sessionTTLInSeconds: makeInteger(1, 86_400),
  sessionConcurrencyPerInstance: makeInteger(1, 200),
})

/** Schema of `props` of the component fc3, without `role`: the function needs no credentials. */
export const FUNCTION_SCHEMA = makeObject(
  {
    region,
    functionName: { const: 'gemini-proxy' },
    description: text,
    runtime: { enum: ['custom.debian11', 'custom.debian10'] },
    layers: texts,
    code: text,
    customRuntimeConfig: makeObject({ command: texts, args: texts, port: makeInteger(1, 65_535), healthCheckConfig: healthCheck }),
    instanceLifecycleConfig: makeObject({ preStop: makeObject({ handler: text, timeout: makeInteger(1, 90) }) }),
    cpu: { type: 'number', minimum: 0.05, maximum: 16 },
    memorySize: { type: 'integer', minimum: 128, maximum: 32_768, multipleOf: 64 },
    diskSize: { enum: [512, 10_240] },
    timeout: makeInteger(1, 86_400),
    // At least 2: with 1, each stream would occupy a whole instance, and callers could read logs
    // with the header X-Fc-Log-Type.
    instanceConcurrency: makeInteger(2, 200),
    concurrencyConfig: makeObject({ reservedConcurrency: makeInteger(1, 300) }),
    // No retries: any caller can make an asynchronous request, and each retry would be billed.
    asyncInvokeConfig: makeObject({ maxAsyncRetryAttempts: { const: 0 }, maxAsyncEventAgeInSeconds: makeInteger(1, 86_400) }),
    internetAccess: { type: 'boolean' },
    logConfig: { const: 'auto' },
    environmentVariables: { type: 'object', additionalProperties: text, propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]*$' } },
    triggers: makeOne(trigger),
    sessionAffinity: { const: 'HEADER_FIELD' },
    sessionAffinityConfig: affinity,
    vpcConfig: makeObject({ vpcId: text, vSwitchIds: texts, securityGroupId: text }),
  },
  ['sessionAffinity', 'sessionAffinityConfig', 'vpcConfig'],
)

const MODERN_CIPHER = '^TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305)$'

/** Schema of the `props` of the component fc3-domain. */
export const DOMAIN_SCHEMA = makeObject({
  region,
  domainName: { type: 'string', pattern: '^([a-z0-9-]+\\.)+[a-z]{2,}$' },
  // HTTPS only: plain HTTP would expose tokens.
  protocol: { const: 'HTTPS' },
  certConfig: makeObject({ certId: text }),
  tlsConfig: makeObject({
    minVersion: { enum: ['TLSv1.2', 'TLSv1.3'] },
    maxVersion: { const: 'TLSv1.3' },
    cipherSuites: { type: 'array', minItems: 1, items: { type: 'string', pattern: MODERN_CIPHER } },
  }),
  routeConfig: makeObject({ routes: makeOne(makeObject({ path: { const: '/*' }, functionName: text, qualifier: text, methods })) }),
})

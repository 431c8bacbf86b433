import { ACCOUNT, CREDENTIALS } from './canaries.js'
import type { FunctionSpec } from './manifest.js'

/**
 * The environment variables that Function Compute sets for an instance. They include credentials of
 * a RAM role, which only some functions have, so that tests notice if these leak.
 */
export const environmentOf = (spec: FunctionSpec, id: string, port: number): Record<string, string> => ({
  FC_FUNC_CODE_PATH: '/code',
  ALIBABA_CLOUD_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: CREDENTIALS.accessKeySecret,
  ALIBABA_CLOUD_SECURITY_TOKEN: CREDENTIALS.securityToken,
  FC_ACCOUNT_ID: ACCOUNT.accountId,
  FC_FUNCTION_HANDLER: spec.handler,
  FC_FUNCTION_MEMORY_SIZE: String(spec.memoryMegabytes),
  FC_FUNCTION_NAME: spec.functionName,
  FC_REGION: spec.region,
  FC_INSTANCE_ID: id,
  FC_FUNCTION_VERSION: 'LATEST',
  // The port in s.yaml is for one instance per machine. Here instances share a machine, so each has
  // its own port.
  FC_CUSTOM_LISTEN_PORT: String(port),
})

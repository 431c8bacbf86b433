import type { Config } from './settings.js'

/** True where the console is served: on Function Compute, which is public, only with ADMIN_TOKEN. */
export const isConsoleServed = ({ functionName, adminToken }: Pick<Config, 'functionName' | 'adminToken'>): boolean =>
  functionName === undefined || adminToken !== undefined

import type { Config } from './settings.js'

/** True where the console is served: on Function Compute, it needs ADMIN_TOKEN. */
export const isConsoleServed = ({ functionName, adminToken }: Pick<Config, 'functionName' | 'adminToken'>): boolean =>
  functionName === undefined || adminToken !== undefined

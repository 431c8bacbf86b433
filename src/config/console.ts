import type { Config } from './settings.js'

/** True if the console is served: always, but on Function Compute only with ADMIN_TOKEN. */
export const isConsoleServed = ({ functionName, adminToken }: Pick<Config, 'functionName' | 'adminToken'>): boolean =>
  functionName === undefined || adminToken !== undefined

import type { OpenAPIBackend } from 'openapi-backend'

type Validators = NonNullable<OpenAPIBackend['validator']['requestValidators'][string]>

/**
 * The validators of each operation's request, made when they are first asked for.
 *
 * Here there are none, and openapi-backend compiles them, which takes as long as all the rest of a start. In dist/server.cjs they are compiled
 * already: scripts/bundle/validators.ts puts them in the place of this file.
 */
export const COMPILED: Readonly<Record<string, () => Validators>> = {}

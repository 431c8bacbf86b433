import type { OpenAPIBackend } from 'openapi-backend'

/** The compiled validators of one operation; all must accept a request. */
export type Validators = NonNullable<OpenAPIBackend['validator']['requestValidators'][string]>

/**
 * The request validators of each operation, made when the operation is first called.
 *
 * Empty in the sources: openapi-backend then compiles validators itself, which takes as long as the
 * rest of a start. In dist/server.cjs, scripts/bundle/validators.ts replaces this file.
 */
export const COMPILED_VALIDATORS: Readonly<Record<string, () => Validators>> = {}

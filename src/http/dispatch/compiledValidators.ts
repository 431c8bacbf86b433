import type { OpenAPIBackend } from 'openapi-backend'

/** The compiled validators of one operation; all must accept a request. */
export type Validators = NonNullable<OpenAPIBackend['validator']['requestValidators'][string]>

/**
 * The request validators of each operation, made when the operation is first called.
 *
 * Empty here: openapi-backend compiles them, which takes as long as the rest of a start. The build
 * compiles them ahead for dist/server.cjs, where scripts/bundle/validators.ts replaces this file.
 */
export const COMPILED_VALIDATORS: Readonly<Record<string, () => Validators>> = {}

/** The type of a field whose value is not a message. `ANY` accepts any JSON value. */
export type Scalar = 'STRING' | 'BOOL' | 'INT32' | 'INT64' | 'FLOAT' | 'BYTES' | 'STRUCT' | 'ANY'

/** An enum. A loose enum accepts names in any case, as was recorded for some fields of Google. */
export interface EnumField {
  readonly kind: 'enum' | 'loose-enum'
  readonly type: string
  readonly names: readonly string[]
}

/** The type of a field of the native API. A recursive message is a function that returns it. */
export type NativeField =
  | Scalar
  | EnumField
  | { readonly kind: 'list' | 'map'; readonly of: NativeField }
  | { readonly kind: 'message'; readonly fields: NativeFields }
  | (() => NativeField)

/** The fields of one message by their names in camelCase. */
export interface NativeFields {
  readonly [name: string]: NativeField
}

export const list = (of: NativeField): NativeField => ({ kind: 'list', of })
export const map = (of: NativeField): NativeField => ({ kind: 'map', of })
export const message = (fields: NativeFields): NativeField => ({ kind: 'message', fields })
export const oneOf = (type: string, names: string): EnumField => ({ kind: 'enum', type, names: names.split(' ') })
export const looseOneOf = (type: string, names: string): EnumField => ({ kind: 'loose-enum', type, names: names.split(' ') })

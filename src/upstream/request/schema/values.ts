import { type Drop, type SchemaNode, typeOf, without } from './node.js'

const tightened = (node: SchemaNode, keyword: 'minimum' | 'maximum', value: number): SchemaNode => {
  const other = node[keyword]
  const choose = keyword === 'minimum' ? Math.max : Math.min
  return { ...node, [keyword]: typeof other === 'number' ? choose(other, value) : value }
}

/** Bounds around numbers, on a type that allows only numbers. */
function bounded(node: SchemaNode, numbers: readonly number[]): SchemaNode {
  const type = ['integer', 'number'].includes(typeOf(node) ?? '') ? node.type : numbers.every(Number.isInteger) ? 'integer' : 'number'
  const least = numbers.reduce((left, right) => Math.min(left, right))
  const most = numbers.reduce((left, right) => Math.max(left, right))
  return tightened(tightened({ ...node, type }, 'minimum', least), 'maximum', most)
}

/** `const` as an `enum` of one, as bounds, or as the type null; other values are named and leave their type. */
export function constToEnum(node: SchemaNode, drop: Drop): SchemaNode {
  if (!Object.hasOwn(node, 'const')) return node
  const value = node.const
  const rest = without(node, 'const', 'enum')
  if (typeof value === 'string') return { ...rest, type: 'string', enum: [value] }
  if (typeof value === 'number') return bounded(rest, [value])
  if (value === null) return { ...rest, type: 'null' }
  drop('const')
  return typeof value === 'boolean' ? { ...rest, type: 'boolean' } : rest
}

const isKept = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** An `enum` of strings only: null becomes `nullable`; numbers become bounds, and are named like all else that goes. */
export function stringsInEnum(node: SchemaNode, drop: Drop): SchemaNode {
  const values: unknown = node.enum
  if (!Array.isArray(values)) return node
  const type = typeOf(node)
  if (type === 'string' && values.length > 0 && values.every(isKept)) return node
  const rest = without(node, 'enum')
  const others = values.filter((value) => value !== null)
  const nullable = others.length < values.length ? { nullable: true } : {}
  if (values.length > 0 && others.length === 0) return { ...rest, type: 'null' }
  if (others.some(isKept) && (type === undefined || type === 'string')) {
    values.forEach((value, index) => {
      if (value !== null && !isKept(value)) drop(`enum[${index}]`)
    })
    return { type: 'string', ...rest, enum: values.filter(isKept), ...nullable }
  }
  drop('enum')
  const numbers = others.filter((value) => typeof value === 'number')
  const isNumeric = numbers.length > 0 && numbers.length === others.length && type !== 'string'
  return { ...(isNumeric ? bounded(rest, numbers) : rest), ...nullable }
}

const BOUNDS = [
  { exclusive: 'exclusiveMinimum', inclusive: 'minimum', next: (bound: number) => Math.floor(bound) + 1 },
  { exclusive: 'exclusiveMaximum', inclusive: 'maximum', next: (bound: number) => Math.ceil(bound) - 1 },
] as const

/** Exclusive bounds, as a number or as draft 4's boolean: exact for integers; else the bound itself is allowed, and named. */
export function inclusiveBounds(node: SchemaNode, drop: Drop): SchemaNode {
  let mended = node
  for (const { exclusive, inclusive, next } of BOUNDS) {
    const limit = node[exclusive]
    if (limit === undefined) continue
    mended = without(mended, exclusive)
    const bound = limit === true ? node[inclusive] : limit
    if (limit === false || limit === null) continue
    if (typeof bound !== 'number') {
      drop(exclusive)
      continue
    }
    const isInteger = typeOf(node) === 'integer'
    if (!isInteger) drop(exclusive)
    mended = tightened(mended, inclusive, isInteger ? next(bound) : bound)
  }
  return mended
}

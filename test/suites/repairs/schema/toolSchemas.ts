const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema'
const DRAFT_7 = 'http://json-schema.org/draft-07/schema#'
const text = (description: string, more: object = {}): object => ({ type: 'string', description, ...more })
const object = (properties: object, required: readonly string[], more: object = {}): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...more,
})
const optional = (schema: object): object => ({ anyOf: [schema, { type: 'null' }], default: null })

/**
 * Tool parameters in the style of coding agents, MCP servers and schema generators; made up for
 * these tests.
 */
export const TOOL_SCHEMAS: Readonly<Record<string, object>> = {
  read_file: object(
    {
      path: text('Absolute path of the file', { minLength: 1 }),
      offset: { type: 'integer', minimum: 0, maximum: 9007199254740991, default: 0 },
      limit: { type: 'integer', exclusiveMinimum: 0, maximum: 2000, default: 2000 },
    },
    ['path'],
    { $schema: DRAFT_2020 },
  ),
  edit_file: object(
    {
      path: text('File to change'),
      edits: { type: 'array', minItems: 1, items: { $ref: '#/definitions/Edit' } },
      dry_run: { type: 'boolean', default: false },
    },
    ['path', 'edits'],
    { $schema: DRAFT_7, definitions: { Edit: object({ before: text('Old text'), after: text('New text') }, ['before', 'after']) } },
  ),
  run_command: object(
    {
      command: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
      timeout_ms: { type: 'number', exclusiveMinimum: 0, maximum: 600000, multipleOf: 100 },
      env: { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^[A-Z_]+$' } },
    },
    ['command'],
  ),
  fetch_url: object(
    {
      url: text('Where', { format: 'uri', pattern: '^https://' }),
      method: { enum: ['GET', 'HEAD'], default: 'GET' },
      since: text('When', { format: 'date-time' }),
    },
    ['url'],
    { $schema: DRAFT_2020 },
  ),
  search_code: object(
    {
      query: text('What'),
      kind: { oneOf: [{ const: 'regex' }, { const: 'literal' }] },
      context: optional({ type: 'integer', exclusiveMinimum: -1, exclusiveMaximum: 20 }),
    },
    ['query'],
  ),
  write_plan: object(
    {
      steps: {
        type: 'array',
        uniqueItems: true,
        items: object(
          { id: text('Id', { format: 'uuid' }), state: { enum: ['open', 'done', null] }, priority: { type: 'integer', enum: [1, 2, 3] } },
          ['id'],
        ),
      },
      explanation: { type: ['string', 'null'], maxLength: 4000 },
    },
    ['steps'],
  ),
  list_issues: {
    title: 'ListIssues',
    type: 'object',
    properties: {
      assignee: { ...optional({ type: 'string' }), title: 'Assignee' },
      labels: { ...optional({ type: 'array', items: { type: 'string' } }), title: 'Labels' },
      sort: { ...optional({ $ref: '#/$defs/Sort' }), description: 'Order' },
      page: { type: 'integer', default: 1, exclusiveMinimum: 0, title: 'Page' },
    },
    $defs: { Sort: { enum: ['created', 'updated'], title: 'Sort', type: 'string' } },
  },
  draw_shape: object(
    {
      shape: {
        oneOf: [{ $ref: '#/$defs/Circle' }, { $ref: '#/$defs/Box' }],
        discriminator: { propertyName: 'kind', mapping: { circle: '#/$defs/Circle', box: '#/$defs/Box' } },
      },
    },
    ['shape'],
    {
      $defs: {
        Circle: object({ kind: { const: 'circle' }, radius: { type: 'number', exclusiveMinimum: 0 } }, ['kind', 'radius']),
        Box: object(
          {
            kind: { const: 'box' },
            size: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], minItems: 2, maxItems: 2 },
          },
          ['kind'],
        ),
      },
    },
  ),
  move_mouse: object({ x: { type: 'integer' }, y: { type: 'integer' }, button: { const: 1 }, smooth: { const: true } }, ['x', 'y']),
  query_table: object(
    {
      where: { type: 'object', patternProperties: { '^col_': { type: ['string', 'number', 'boolean', 'null'] } }, minProperties: 1 },
      page: { allOf: [{ $ref: '#/$defs/Limit' }, { maximum: 50 }], description: 'Rows' },
      columns: { type: 'array', contains: { const: 'id' } },
    },
    [],
    { $defs: { Limit: { type: 'integer', minimum: 1, maximum: 1000 } } },
  ),
  open_tab: {
    type: 'object',
    properties: { url: text('Page'), tab: { type: 'integer' } },
    anyOf: [{ required: ['url'] }, { required: ['tab'] }],
  },
  apply_patch: {
    type: 'object',
    properties: { patch: text('Diff'), strip: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
    required: ['patch', 'root'],
  },
  save_note: object(
    { format: text('A property, not the keyword'), const: text('Another'), $ref: text('A third'), default: { type: 'array' }, body: {} },
    ['format', 'const'],
    // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
    { if: { properties: { format: { const: 'html' } } }, then: { required: ['body'] }, dependentRequired: { const: ['body'] } },
  ),
  set_theme: {
    $ref: '#/definitions/Theme',
    definitions: { Theme: object({ color: text('Colour', { pattern: '^#[0-9a-f]{6}$' }), dark: { type: 'boolean' } }, ['color']) },
    $schema: DRAFT_7,
  },
  get_time: { type: 'object', properties: {}, additionalProperties: false, $schema: DRAFT_2020 },
}

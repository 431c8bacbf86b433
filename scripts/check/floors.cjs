/**
 * The floors of src/, lowest first: the rooms (folders or files) of each, and their purpose. A file
 * imports only from its own floor or a lower one, which dependency-cruiser.cjs enforces.
 */
module.exports = [
  { rooms: ['contract'], about: 'shared vocabulary: types of the contract, operations, errors, event formats' },
  {
    rooms: ['config', 'stores', 'json', 'sse', 'usage'],
    about:
      'settings; Redis, key-value stores, files of pages; long strings of JSON; parsing and encoding of event streams; sums of tokens and their cost',
  },
  {
    rooms: ['audio', 'responses', 'messages', 'completions', 'images', 'upstream', 'console', 'tracing'],
    about:
      'the Responses API, the Messages API, the legacy Completions API, the Images API and the audio operations as pure converters; everything that knows Gemini; records of finished requests, and their traces',
  },
  {
    rooms: ['resume', 'doctor'],
    about: 'streams that outlive their connection, and stored responses; the checks of the doctor',
  },
  { rooms: ['operations'], about: 'one file per operation, with its decisions; independent of HTTP and of SDKs' },
  { rooms: ['http'], about: 'Fastify and openapi-backend: authentication, validation, errors, log, metrics, bytes' },
  {
    rooms: ['main.ts', 'service.ts', 'makeOperations.ts', 'makeConsole.ts', 'cli', 'consolePage'],
    about:
      'environment, configuration, assembly, listening, shutdown; the commands of the program; in separate bundles, the pages of the console and of the docs',
  },
]

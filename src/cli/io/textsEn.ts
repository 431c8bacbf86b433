import { DEFAULT_MODEL } from '../../upstream/models/catalogue.js'

/** Name of a command of the program. */
export type CommandName = 'serve' | 'doctor' | 'models' | 'chat' | 'usage'

/** All texts of the commands, in one language. */
export type CliTexts = typeof CLI_TEXTS_EN

/** The texts of the commands, in English. */
export const CLI_TEXTS_EN = {
  about: 'Gemini Proxy: an OpenAI-compatible API in front of Google Gemini.',
  titles: { usage: 'Usage', command: 'command', commandList: 'Commands', options: 'options', optionList: 'Options' },
  options: {
    lang: 'language of messages (default: from LC_ALL or LANG)',
    help: 'show this help; after a command, the help of the command',
    version: 'show the version',
    url: 'base URL of the proxy (default: GEMINI_PROXY_URL, else http://127.0.0.1:$PORT/v1)',
    token: 'bearer token of the proxy; better in GEMINI_PROXY_TOKEN. On this machine, the first AUTH_TOKEN is used',
    json: 'print JSON',
  },
  programNotes: (program: string): string[] => [
    'Without a command, starts the server. Settings are environment variables such as GEMINI_API_KEY. To read them from a file:',
    `  node --env-file=.env ${program.replace(/^node /, '')}`,
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong command or option, 3 refused (token), 130 cancelled with Ctrl-C.',
  ],
  commands: {
    serve: {
      about: 'Starts the server; also without a command.',
      usage: ['[serve] [--host ADDRESS] [--port PORT]'],
      options: { host: 'address to listen on, instead of HOST', port: 'port to listen on, instead of PORT' } as Record<string, string>,
      notes: ['All other settings are environment variables: see .env.example.'],
    },
    doctor: {
      about: 'Checks step by step why requests fail, and suggests how to fix it.',
      usage: ['doctor [options] [TARGET]'],
      options: {
        token: 'the AUTH_TOKEN of TARGET; better in GEMINI_PROXY_TOKEN',
        model: `the model to test (default: ${DEFAULT_MODEL})`,
        json: 'print the results as JSON, in both languages',
      } as Record<string, string>,
      notes: [
        'TARGET is the URL of a deployment. Without TARGET, the settings and the network of this machine are checked.',
        'Uses about 700 Gemini tokens. Exit codes: 0 no check failed, 1 a check failed, 2 TARGET is not a URL.',
      ],
    },
    models: {
      about: 'Lists the models of a running proxy.',
      usage: ['models [options]'],
      options: { 'built-in': 'list the built-in models of this version, without a server', json: 'print the list as JSON' } as Record<
        string,
        string
      >,
      notes: [] as string[],
    },
    chat: {
      about: 'Sends a prompt to a model through a running proxy. Without a prompt, starts a conversation.',
      usage: ['chat [options] [PROMPT]', 'chat [options] [PROMPT] < FILE'],
      options: {
        model: `model (default: ${DEFAULT_MODEL})`,
        system: 'system prompt',
        image: 'attach an image; can be repeated',
        effort: 'reasoning effort, such as low or high; the command models lists the levels of each model',
        reasoning: 'thought summaries on standard error (default: show, but only if both outputs are terminals)',
        json: 'print the whole completion as JSON, or with --stream each chunk as one line',
        stream: 'with --json: print chunks as they arrive',
      } as Record<string, string>,
      notes: ['Piped input is added to the prompt. Ctrl-C cancels the answer; in a conversation, a second Ctrl-C quits.'],
    },
    usage: {
      about: 'Sums the tokens and costs of a log, by caller and model.',
      usage: ['usage [options] [FILE...]', 'usage [options] < FILE'],
      options: {
        by: 'columns, comma-separated: caller, model, day (default: caller,model)',
        since: 'only requests since a date (2026-11-28), a time (2026-11-28T08:00:00Z), or a period before now (24h, 7d)',
        until: 'only requests before this time; a date includes its whole day',
        json: 'print one JSON object',
        csv: 'print CSV',
      } as Record<string, string>,
      notes: [
        'Reads the JSON lines of the server (LOG_FORMAT=json), also as exported by SLS or gzipped (.gz); ignores all other lines.',
        'Days are those of the time zone in TZ. Costs are list prices. A cost without a known price is "unknown"; a sum without such a cost begins with "≥".',
      ],
    },
  },
  unknownCommand: 'Unknown command. Commands are serve, doctor, models, chat and usage.',
  seeHelp: (command: string): string => `See: ${command} --help`,
  unknownOption: (name: string): string => `Unknown option ${name}.`,
  takesNoValue: (name: string): string => `${name} takes no value.`,
  needsValue: (name: string): string => `${name} needs a value.`,
  notOneOf: (name: string, choices: string): string => `${name} must be one of: ${choices}.`,
  tooManyArguments: 'Too many arguments.',
  unexpected: (name: string): string => `Unexpected error (${name}).`,
  badUrl: 'The base URL must look like https://proxy.example.com/v1, without user name, password and query.',
  badToken: 'The token contains a space or a non-ASCII character, which cannot be sent.',
  noServer: (url: string, program: string): string =>
    `No server responds at ${url}. Start one with \`${program}\` (or \`make run\`), or set another URL with --url.`,
  unknownHost: (url: string): string => `The host of ${url} cannot be found. Check the URL and the network.`,
  unreachable: (url: string): string =>
    `${url} cannot be reached: no connection could be established. Check the URL, the network and firewalls.`,
  noAnswer: (url: string): string => `${url} did not respond for five minutes.`,
  badCertificate: (url: string, code: string): string =>
    `The certificate of ${url} is not trusted (${code}). For a self-signed certificate, set NODE_EXTRA_CA_CERTS.`,
  noTls: (url: string): string => `${url} does not speak TLS as expected. Is it http:// instead of https://?`,
  brokenConnection: (url: string): string => `The connection to ${url} was lost.`,
  noProxy: (url: string, status: number): string =>
    `${url} responded with status ${status}, but the response is not from Gemini Proxy. Check the URL: it must end in /v1.`,
  needsToken: (isSent: boolean): string =>
    isSent
      ? 'The server refuses the token: it is not one of the tokens in AUTH_TOKEN of the server.'
      : 'The server requires a token. Set GEMINI_PROXY_TOKEN, or use --token (AUTH_TOKEN is used only for servers on this machine).',
  asking: (url: string, seconds: number): string => `Asking ${url} … ${seconds} s`,
  waiting: (model: string, seconds: number): string => `Waiting for ${model} … ${seconds} s (Ctrl-C cancels)`,
  thinking: (model: string, seconds: number): string => `${model} is thinking … ${seconds} s (Ctrl-C cancels)`,
  reading: (lines: number): string => `Reading … ${lines.toLocaleString('en-US')} lines`,
  cutOff: 'The answer was cut off before its end.',
  noChunk: 'The server sent an event that is not a chat completion chunk.',
  noPrompt: 'The prompt is missing. Pass the prompt as an argument, or pipe it in.',
  inputTooLarge: 'Standard input is larger than 32 MiB.',
  unreadableFile: (path: string, code: string): string => `${path === '' ? 'The input' : path} cannot be read (${code}).`,
  noImage: (path: string): string => `${path} is not an image of a type that Gemini accepts: PNG, JPEG, WebP, GIF, HEIC or HEIF.`,
  endings: {
    length: 'The answer was cut off: it reached the token limit.',
    content_filter: 'Gemini withheld the answer, or a part of it.',
    tool_calls: 'The model called a tool, but the command chat does not support tools.',
    function_call: 'The model called a tool, but the command chat does not support tools.',
    stop: undefined,
  } as Record<string, string | undefined>,
  spent: (model: string, prompt: number, completion: number, thinking: number, seconds: string): string =>
    `${model} · ${prompt} → ${completion} tokens${thinking > 0 ? ` (${thinking} of them thinking)` : ''} · ${seconds} s`,
  greeting: (model: string, url: string): string => `${model} at ${url}. /help lists commands, Ctrl-D quits.`,
  sessionHelp: [
    '/model MODEL     change the model; without a name, show it',
    '/system TEXT     change the system prompt; without a text, remove it',
    '/image FILE|URL  send an image with the next prompt',
    '/clear           begin a new conversation',
    '/quit            quit (also Ctrl-D, or Ctrl-C twice)',
    'Put a space before a prompt that begins with a slash.',
  ].join('\n'),
  unknownSlash: (command: string): string => `Unknown command ${command}: see /help. Put a space before a prompt that begins with a slash.`,
  modelIs: (model: string): string => `Model: ${model}`,
  systemIs: (isSet: boolean): string => (isSet ? 'The system prompt is set.' : 'The system prompt is removed.'),
  imagesAre: (count: number): string => `Images with the next prompt: ${count}`,
  cleared: 'A new conversation has begun.',
  cancelled: '(cancelled)',
  leaveHint: 'Press Ctrl-C again to quit.',
  retired: 'retired',
  columns: {
    model: 'MODEL',
    kind: 'KIND',
    thinking: 'THINKING',
    note: 'NOTE',
    caller: 'CALLER',
    day: 'DAY',
    requests: 'REQUESTS',
    errors: 'ERRORS',
    prompt: 'PROMPT',
    cached: 'CACHED',
    completion: 'COMPLETION',
    reasoning: 'REASONING',
    cost: 'COST',
    total: 'total',
  },
  unknown: 'unknown',
  noRequests: 'No requests to models were found.',
  noLog: 'Pass a log file as an argument, or pipe in a log: usage < server.log',
  jsonOrCsv: 'Use --json or --csv, not both.',
  badMoment: (name: string): string =>
    `${name} must be a day (2026-11-28), a time (2026-11-28T08:00:00Z), or a period before now (30m, 24h, 7d).`,
  notes: {
    period: (first: string, last: string): string => `Requests from ${first} to ${last}.`,
    prices: (day: string, source: string): string =>
      `Costs in US dollars, list prices of ${day} (${source}), without free quotas, discounts and taxes. CACHED is part of PROMPT, REASONING of COMPLETION.`,
    unpriced: (count: number, models: string): string => `≥: ${count} ${count === 1 ? 'model' : 'models'} without a price: ${models}.`,
    uncounted: (count: number): string =>
      `≥: ${count} ${count === 1 ? 'request' : 'requests'} without token counts, such as cancelled streams: Google may have billed them.`,
    retries: (count: number): string => `${count} repeated attempts are not included: the log does not show whether Google billed them.`,
    withoutTime: (count: number): string => `${count} requests have no timestamp: they are counted as of now.`,
    outside: (count: number): string => `${count} requests are outside of the period.`,
    otherRequests: (count: number): string => `${count} other requests, such as health checks, are not included.`,
    ignoredLines: (count: number): string => `${count} other lines were ignored.`,
  },
}

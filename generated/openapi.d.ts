// Made from spec/ by scripts/spec/generate.ts. Do not edit.

export interface UploadedFile {
    readonly filename: string;
    readonly mediaType: string;
    readonly bytes: Uint8Array;
}
export interface paths {
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a chat completion
         * @description Sends the conversation to Gemini and returns the answer in OpenAI's format: one JSON object, or server-sent events if `stream` is true. A failure before the stream starts has an HTTP error status; a later failure is the last event of the stream, without `[DONE]`. With `X-Stream-Resume: true`, the stream is resumable: repeat the request with the standard `Last-Event-ID` header, or call getChatCompletion.
         */
        post: operations["createChatCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions/{completion_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a resumable chat completion
         * @description Returns a chat completion that was requested as a stream with `X-Stream-Resume: true`. With `Last-Event-ID`, the response is the stream after that event; with `stream=true`, the stream from its start; both include the events that are still being generated. Otherwise it is the finished chat completion as one object. While the answer is unfinished, or if it failed, that object does not exist: 404 `stream_not_found`. A chat completion can be retrieved only with the token that created it, and expires some time after its end. Returns 503 if the store is temporarily unavailable.
         */
        get: operations["getChatCompletion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a completion of a text
         * @description OpenAI's legacy API for clients that complete text, such as the autocompletion of an editor. The text is sent to Gemini with an instruction to continue it, and only the continuation is returned: one JSON object, or server-sent events if `stream` is true. The model thinks as little as it can. A failure before the stream starts has an HTTP error status; a later failure is the last event of the stream, without `[DONE]`. Streams of this operation are not resumable.
         */
        post: operations["createCompletion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a model response
         * @description Does the same as createChatCompletion in the format of OpenAI's Responses API: an answer is a list of items, and a stream consists of named and numbered events. A failure before the stream starts has an HTTP error status; a later failure is the last event of the stream, `response.failed`. Reasoning items carry Gemini's thought signatures in `encrypted_content`, whether or not `include` requests it. Send these items back with the conversation.
         */
        post: operations["createResponse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/responses/input_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count input tokens
         * @description Counts the tokens of a request of createResponse, with instructions, tools and the conversation that it continues, without generating a response. Parameters that affect only the output are ignored. Only Gemini's native API can count tokens: with the compatible API the status is 400 `unsupported_value`.
         */
        post: operations["countInputTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/responses/{response_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a response
         * @description Returns a stored response: with `stream=true`, its stream, including the events that are still being generated; otherwise the finished response as one object. Returns 404 `response_not_found` if the response is not stored, has expired or belongs to another token, and 503 if the store is temporarily unavailable. If the server instance that generated the response stopped before its end, the status of the response is `failed`.
         */
        get: operations["getResponse"];
        put?: never;
        post?: never;
        /**
         * Delete a response
         * @description Deletes a stored response and cancels its generation if that is still running. Returns 404 `response_not_found` if the response is not stored, and 503 if the other server instances cannot be notified; nothing is deleted then.
         */
        delete: operations["deleteResponse"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a message
         * @description Does the same as createChatCompletion in the format of Anthropic's Messages API, for Claude Code and Anthropic's SDKs. A failure before the stream starts has an HTTP error status; a later failure is the last event of the stream, `error`. Thinking blocks carry Gemini's thought signatures. Send these blocks back with the conversation.
         */
        post: operations["createMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/count_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count the tokens of a message
         * @description Counts the tokens of a request of createMessage, with system text and tools, without generating an answer. The request does not count towards the rate limit. Only Gemini's native API can count tokens: with the compatible API the status is 501 `not_supported`; clients then estimate the number themselves.
         */
        post: operations["countMessageTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create images
         * @description Makes images from a prompt, in the format of OpenAI's Images API. It needs Gemini's native API. Several images are made by upstream calls in parallel; if one fails, the others are aborted and the whole request fails. A refusal of Gemini, and an answer without an image, are errors.
         */
        post: operations["createImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/edits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Edit images
         * @description Makes images from a prompt and up to 16 images, in the format of OpenAI's Images API: a form with files, or JSON with `data:` URLs and https addresses. In all other respects, this operation works like createImage. Gemini does not support masks: describe in the prompt what to change.
         */
        post: operations["createImageEdit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create embeddings
         * @description Computes one vector for each text with a Gemini embedding model. If there are more texts than Gemini accepts at once, they are sent in several upstream requests; if one of these fails, the whole request fails. The model is never replaced by another, because vectors of different models cannot be compared.
         */
        post: operations["createEmbedding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audio/speech": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn text into speech
         * @description Speaks a text with a speech model of Gemini, such as `gemini-3.8-flash-tts`. Needs Gemini's native API. `wav` is sent whole, because its header contains its length; `pcm` is streamed from Gemini 3.8 on. Gemini cannot generate OpenAI's default format, `mp3`: without `response_format` the answer is a WAV file. If a stream of `pcm` fails, the connection breaks; a stream of events ends with an `error` event.
         */
        post: operations["createSpeech"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audio/transcriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn speech into text
         * @description Transcribes a recording with `gemini-3.5-transcribe`, or with any chat model of Gemini that accepts audio. Only `gemini-3.5-transcribe`, on Gemini's native API, reports the time of each word, which `verbose_json`, `diarized_json`, `srt` and `vtt` need.
         */
        post: operations["createTranscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List files
         * @description Lists the files of the caller that have not expired, newest first unless `order` says otherwise. Files of a Gemini key that Google refuses at the moment are left out: they cannot be used either.
         */
        get: operations["listFiles"];
        put?: never;
        /**
         * Upload a file
         * @description Stores a file at Gemini for 48 hours, so that requests can refer to it by its id: as `file_id` of a `file` part, of `input_file` and `input_image`, or of a `file` source in the Messages API. Only the caller that uploaded it can use it. A video or a recording is `uploaded` first and `processed` some seconds later; a request that refers to it waits until it is processed. Needs Gemini's native API; with the compatible API the status is 400 `unsupported_value`.
         */
        post: operations["createFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files/{file_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a file
         * @description Returns the metadata of a file, not its contents. For a file of another caller the status is 404, as for a file that does not exist.
         */
        get: operations["retrieveFile"];
        put?: never;
        post?: never;
        /**
         * Delete a file
         * @description Deletes a file at Gemini. For a file that has already been deleted, the status is 404.
         */
        delete: operations["deleteFile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/files/{file_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a file
         * @description With Gemini's native API, the status is always 404 `file_not_found`: uploaded files cannot be downloaded from Gemini. With the compatible API, the status is 400.
         */
        get: operations["downloadFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models
         * @description Lists the available models, with their limits and whether Google is retiring them: chat models first, then embedding models, and retired models last. With the header `anthropic-version`, the list and every error have Anthropic's format.
         */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a model
         * @description Returns one model. A Gemini or Gemma model that is not in the list is looked up at Google before the response is 404. With the header `anthropic-version`, the model and every error have Anthropic's format.
         */
        get: operations["retrieveModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}:generateContent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Generate an answer in Google's format
         * @description Request and response are passed on byte by byte. Requests for a retired model are served by its replacement. Also available under `/v1`, which Google's newer SDKs use. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["generateContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}:streamGenerateContent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stream an answer in Google's format
         * @description Streams the answer of `generateContent`: with `alt=sse` as an event stream, otherwise as a JSON array. A stream that breaks ends with an error in Google's format. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["streamGenerateContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}:countTokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count tokens in Google's format
         * @description Request and response are passed on unchanged, byte by byte. If the operator has configured an alias for the model, `model` in the body is replaced as well. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["countTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}:embedContent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an embedding in Google's format
         * @description Request and response are passed on unchanged, byte by byte. If the operator has configured an alias for the model, `model` in the body is replaced as well. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["embedContent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}:batchEmbedContents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create embeddings in Google's format
         * @description Request and response are passed on unchanged, byte by byte. If the operator has configured an alias for the model, `model` in the body is replaced as well. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["batchEmbedContents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an interaction
         * @description Google's Interactions API. Request and response are passed on byte by byte. A request that refers to an interaction, a file or a cache is sent with the Gemini key that owns it. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["createInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/interactions/{interaction_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve an interaction
         * @description Returns a stored interaction, as an object or as the stream of its events, optionally starting after a given event. The response is passed on byte by byte. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        get: operations["getInteraction"];
        put?: never;
        post?: never;
        /**
         * Delete an interaction
         * @description Deletes a stored interaction at Google. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        delete: operations["deleteInteraction"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/interactions/{interaction_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an interaction
         * @description Ends an interaction that runs in the background at Google. The request needs no body; if it has a body, the body is passed on. Also available under `/v1`. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        post: operations["cancelInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models in Google's format
         * @description The models that Google lists for the API key in use, page by page. `GET /v1/models` has the list of this proxy. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        get: operations["listGoogleModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1beta/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Retrieve a model in Google's format
         * @description Returns one model, as Google describes it. An alias that the operator has configured returns the model to which it is mapped. Needs Gemini's native API (`GEMINI_UPSTREAM`).
         */
        get: operations["retrieveGoogleModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of the server instance
         * @description Returns version, features and load of the server instance that serves the request, and how its last requests to Gemini ended. Does not call Gemini. Needs no token.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process responds
         * @description Responds immediately, without any other check. Needs no token.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metrics
         * @description Returns the metrics of the server instance that serves the request, in the Prometheus text format.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the OpenAPI document
         * @description This API as an OpenAPI 3.1 document, for client generators and other tools. Needs no token.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the API reference
         * @description An interactive reference of this API, in which operations can be called with a token. The page loads nothing from other servers and does not store the token. If the server was deployed without the files of the page, a plain page with a link to `GET /openapi.json` is returned. Needs no token.
         */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of the API reference
         * @description A script or style sheet of `GET /docs`. Needs no token.
         */
        get: operations["getDocsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find the API
         * @description Returns the base URL of the API, the version, and where to find the reference, the OpenAPI document and the health check. A client that prefers `text/html`, such as a browser, is redirected to a page instead. Needs no token.
         */
        get: operations["getRoot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.ico": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the icon
         * @description The icon that browsers show for the pages of this server. Needs no token.
         */
        get: operations["getFavicon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the console
         * @description A page for operators: status, keys, requests, usage, charts, checks, and a playground. The page loads nothing from other servers and does not store tokens; its data needs ADMIN_TOKEN. Returns 404 if the server was deployed without the files of the page, and on Function Compute if ADMIN_TOKEN is not set. Needs no token.
         */
        get: operations["getConsole"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of the console
         * @description A script or style sheet of `GET /console`. Needs no token.
         */
        get: operations["getConsoleAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of the server instance for the console
         * @description Returns version, settings, Gemini keys and models of the server instance that serves the request. Of a setting with a secret it returns only whether it is set; passwords in URLs are hidden.
         */
        get: operations["getConsoleStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the latest requests
         * @description Returns the last 500 requests that the server instance has finished, newest first, without bodies. Successful requests of the console itself and for health and metrics are not listed.
         */
        get: operations["listConsoleRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the usage by caller and model
         * @description Returns requests, tokens and estimated costs by caller and model, and errors by code, since the server instance has started. The costs are estimates from Google's published prices; `cost` is null for a model whose price is unknown.
         */
        get: operations["getConsoleUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the load of the last 15 minutes
         * @description Returns one sample for each 5 seconds: rate, latency, open streams, memory and event loop delay of the server instance. Times in which the instance was frozen have no sample.
         */
        get: operations["getConsoleSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the checks
         * @description Lists the checks that find faults of the deployment: keys, region, models, proxy, Redis and others.
         */
        get: operations["listChecks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/api/checks/{check}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a check
         * @description Runs one check and returns its result with the next step. Most checks send a request to Gemini, so one check runs at a time, and at most 120 in a minute; beyond this limit the status is 429.
         */
        post: operations["runCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Body of every error response to a request in the format of Anthropic's API, and the last event of a stream that broke. */
        AnthropicErrorResponse: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "error";
            error: components["schemas"]["AnthropicError"];
            /** @description ID of the request, as in the headers `request-id` and `x-request-id`. */
            request_id: string;
        };
        /** @description Body of every error response to a request in the format of Google's API. */
        GoogleErrorResponse: {
            error: components["schemas"]["GoogleError"];
        };
        /** @description A text. */
        TextPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
            text: string;
        };
        /** @description A content part of a text-only message. */
        TextContentPart: components["schemas"]["TextPart"];
        /** @description Text, as a string or as content parts. */
        TextContent: string | components["schemas"]["TextContentPart"][];
        /** @description Instructions of the application, treated like a system message. */
        DeveloperMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "developer";
            content: components["schemas"]["TextContent"];
            /** @description Name of the author. */
            name?: string | null;
        };
        /** @description Instructions that apply to the whole conversation. */
        SystemMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "system";
            content: components["schemas"]["TextContent"];
            /** @description Name of the author. */
            name?: string | null;
        };
        /** @description Extension, for videos. The part of a video that is read, and the number of frames per second. */
        VideoMetadata: {
            /**
             * @description Where the part begins, in seconds.
             * @example 40s
             */
            start_offset?: string | null;
            /**
             * @description Where the part ends, in seconds.
             * @example 80s
             */
            end_offset?: string | null;
            /** @description Frames per second. Gemini's default is 1. */
            fps?: number | null;
        } | null;
        /** @description An image. */
        ImagePart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image_url";
            image_url: {
                /** @description The image as a base64 `data:` URL, or an https URL. With the native API also a link to a video on YouTube. */
                url: string;
                /** @description Extension. Media type of the file at an https URL. */
                format?: string | null;
                video_metadata?: components["schemas"]["VideoMetadata"];
                /**
                 * @description Requested resolution.
                 * @enum {string|null}
                 */
                detail?: "auto" | "low" | "high" | "original" | null;
            };
        };
        /** @description An audio input. */
        AudioPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "input_audio";
            input_audio: {
                /** @description The audio data in base64. */
                data: string;
                /**
                 * @description File format. On Gemini's OpenAI-compatible API only `wav` and `mp3`.
                 * @enum {string}
                 */
                format: "wav" | "mp3" | "aiff" | "aac" | "ogg" | "flac";
            };
        };
        /** @description A document. */
        FilePart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "file";
            file: {
                /** @description The document as a `data:` URL or in plain base64. Extension: an https URL, or with the native API a link to a video on YouTube. */
                file_data?: string | null;
                filename?: string | null;
                /** @description ID of an uploaded file. Native API only. */
                file_id?: string | null;
                /** @description Extension. Media type of the file at an https URL. */
                format?: string | null;
                video_metadata?: components["schemas"]["VideoMetadata"];
            };
        };
        /** @description Extension. A video. */
        VideoPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "video_url";
            video_url: {
                /** @description A link to a video at YouTube, an https URL that Google fetches, or the video as a base64 `data:` URL. */
                url: string;
                /** @description Media type of the file at the URL. */
                format?: string | null;
                video_metadata?: components["schemas"]["VideoMetadata"];
            };
        };
        /** @description A content part of a user message or of a tool result; `type` determines its kind. */
        UserContentPart: components["schemas"]["TextPart"] | components["schemas"]["ImagePart"] | components["schemas"]["AudioPart"] | components["schemas"]["FilePart"] | components["schemas"]["VideoPart"];
        /** @description Text, or content parts of text, images, audio and files. */
        UserContent: string | components["schemas"]["UserContentPart"][];
        /** @description Input of the end user. */
        UserMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "user";
            content: components["schemas"]["UserContent"];
            /** @description Name of the author. */
            name?: string | null;
        };
        /** @description The model's refusal. */
        RefusalPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "refusal";
            refusal: string;
        };
        /** @description A content part of an assistant message; `type` determines its kind. */
        AssistantContentPart: components["schemas"]["TextPart"] | components["schemas"]["RefusalPart"] | components["schemas"]["ImagePart"];
        /** @description The function to call and its arguments. */
        FunctionCall: {
            name: string;
            /** @description The arguments as JSON text. They may be invalid, so validate them before use. */
            arguments: string;
        };
        /** @description Extension. Data that must be sent back unchanged in the next request, and what Gemini reports about its answer. In a stream, `web_search_queries`, `code_execution` and `audio_transcription` contain the new items of each chunk. */
        ExtraContent: {
            google?: {
                /** @description Gemini's thought signature, an opaque string. */
                thought_signature?: string | null;
                /** @description The searches that Google has run for the answer. */
                web_search_queries?: string[] | null;
                /** @description The code that Google has run for the answer, and its results, in their order. */
                code_execution?: {
                    /** @description Number of the item in the answer, from 0. */
                    index?: number;
                    /** @description The code, with `language`, `code` and possibly `id`. */
                    executable_code?: {
                        [key: string]: unknown;
                    };
                    /** @description Its result, with `outcome`, `output` and possibly `id`. */
                    code_execution_result?: {
                        [key: string]: unknown;
                    };
                    /** @description A file that the code has written, unless it is an image, with `mimeType` and `data` in base64. */
                    inline_data?: {
                        [key: string]: unknown;
                    };
                }[] | null;
                /** @description The transcribed turns of the speakers, from a transcription model. */
                audio_transcription?: {
                    /** @description Number of the turn, from 0. */
                    index?: number;
                    text: string;
                    /** @description Language of the turn, as a BCP 47 tag. */
                    language_code?: string;
                    /** @description Name of the speaker, such as `spk_1`. */
                    speaker_label?: string;
                    /** @description The words of the turn, if their times were requested. */
                    words?: {
                        word?: string;
                        /** @description Start of the word, in seconds. */
                        start: number;
                        /** @description End of the word, in seconds. */
                        end: number;
                    }[];
                }[] | null;
                /** @description Google's `groundingMetadata`, with the sources of the answer. */
                grounding_metadata?: unknown;
                /** @description Google's `urlContextMetadata`, with the pages that were read. */
                url_context_metadata?: unknown;
                /** @description Google's `citationMetadata`, with the works that the text repeats. */
                citation_metadata?: unknown;
                /** @description Google's `safetyRatings`. */
                safety_ratings?: unknown;
                /** @description Google's `finishMessage`, which explains the finish reason. */
                finish_message?: unknown;
                /** @description Google's `avgLogprobs`. */
                avg_logprobs?: unknown;
                /** @description Google's `promptFeedback`, with the reason why a prompt was refused. */
                prompt_feedback?: unknown;
            } | null;
        };
        /** @description A call of a function. */
        FunctionToolCall: {
            /** @description ID of the call, repeated in the tool message with its result. In responses it is unique and has at most 40 characters. */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "function";
            function: components["schemas"]["FunctionCall"];
            extra_content?: components["schemas"]["ExtraContent"] | null;
        };
        /** @description A call of a custom tool. */
        CustomToolCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "custom";
            custom: {
                name: string;
                /** @description The text for the tool. */
                input: string;
            };
            extra_content?: components["schemas"]["ExtraContent"] | null;
        };
        /** @description A call of a tool; `type` determines its kind. */
        ToolCall: components["schemas"]["FunctionToolCall"] | components["schemas"]["CustomToolCall"];
        /** @description An earlier answer of the model. Send it back unchanged. */
        AssistantMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "assistant";
            /** @description Text of the answer. May be omitted if there are tool calls. */
            content?: (string | null) | components["schemas"]["AssistantContentPart"][];
            /** @description The model's refusal. */
            refusal?: string | null;
            /** @description Extension. The thought summary of the answer. */
            reasoning_content?: string | null;
            /** @description The tool calls of the answer. */
            tool_calls?: components["schemas"]["ToolCall"][] | null;
            /** @deprecated */
            function_call?: components["schemas"]["FunctionCall"] | null;
            /** @description Reference to an earlier audio answer. */
            audio?: {
                id: string;
            } | null;
            /** @description Extension. The images of the answer, for models that make images. */
            images?: components["schemas"]["ImagePart"][] | null;
            /** @description Name of the author. */
            name?: string | null;
            extra_content?: components["schemas"]["ExtraContent"] | null;
        };
        /** @description The result of one tool call. */
        ToolMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "tool";
            content: components["schemas"]["UserContent"];
            /** @description The `id` of the tool call. */
            tool_call_id: string;
            /** @description Name of the tool. */
            name?: string | null;
        };
        /**
         * @deprecated
         * @description The result of a call through `functions`. Older form of the tool message.
         */
        FunctionMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "function";
            content: string | null;
            /** @description Name of the function. */
            name: string;
        };
        /** @description One message; `role` determines its kind. */
        ChatMessage: components["schemas"]["DeveloperMessage"] | components["schemas"]["SystemMessage"] | components["schemas"]["UserMessage"] | components["schemas"]["AssistantMessage"] | components["schemas"]["ToolMessage"] | components["schemas"]["FunctionMessage"];
        /** @description Settings of the stream. Ignored unless `stream` is true. */
        StreamOptions: {
            /** @description Whether to send one more chunk before `[DONE]`, which has empty `choices` and contains the usage of the whole request. The chunk is left out if Gemini reports no usage. */
            include_usage?: boolean | null;
            /** @description Ignored; events are never padded. */
            include_obfuscation?: boolean | null;
        };
        /** @description Name, purpose and parameters of a function. */
        FunctionDefinition: {
            /** @description Name of the function: any text. Gemini gets a replacement if the name has more than 64 characters, contains characters other than letters, digits and `_ . : -`, or begins with a digit or a sign. */
            name: string;
            /** @description What the function does and when to use it. */
            description?: string | null;
            /** @description JSON Schema of the arguments. If omitted, the function takes no arguments. */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description Whether the arguments must follow the schema exactly. */
            strict?: boolean | null;
        };
        /** @description A function that takes JSON arguments. */
        FunctionTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "function";
            function: components["schemas"]["FunctionDefinition"];
        };
        /** @description A tool that takes text instead of JSON arguments. */
        CustomTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "custom";
            custom: {
                name: string;
                description?: string | null;
                /** @description Format of the text, free or defined by a grammar. */
                format?: {
                    /** @enum {string} */
                    type: "text" | "grammar";
                    grammar?: {
                        definition: string;
                        /** @enum {string} */
                        syntax: "lark" | "regex";
                    };
                } | null;
            };
        };
        /** @description Extension. Lets Google search the web for the answer. Needs Gemini's native API (`GEMINI_UPSTREAM`). */
        GoogleSearchTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "google_search";
            /** @description Google's settings of the search, `search_types` and `time_range_filter`. */
            google_search?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description Extension. Lets Google read the web pages whose addresses are in the messages. Needs Gemini's native API. */
        UrlContextTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "url_context";
            url_context?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description Extension. Lets Google run Python code that the model writes. Needs Gemini's native API. */
        CodeExecutionTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "code_execution";
            code_execution?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A tool that the model may use; `type` determines its kind. The client executes functions, and Google its own tools. */
        Tool: components["schemas"]["FunctionTool"] | components["schemas"]["CustomTool"] | components["schemas"]["GoogleSearchTool"] | components["schemas"]["UrlContextTool"] | components["schemas"]["CodeExecutionTool"];
        /** @description Requires a call of the named function. */
        FunctionToolChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "function";
            function: {
                name: string;
            };
        };
        /** @description Requires a call of the named custom tool. */
        CustomToolChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "custom";
            custom: {
                name: string;
            };
        };
        /** @description Restricts the model to some of the tools. */
        AllowedToolsChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "allowed_tools";
            allowed_tools: {
                /** @enum {string} */
                mode: "auto" | "required";
                /** @description The allowed tools, each by type and name. */
                tools: {
                    [key: string]: unknown;
                }[];
            };
        };
        /** @description Extension. Allows only Google's search. Whether to use it remains the model's decision. */
        GoogleSearchToolChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "google_search";
        };
        /** @description Extension. Allows only Google's reading of web pages. Whether to use it remains the model's decision. */
        UrlContextToolChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "url_context";
        };
        /** @description Extension. Allows only Google's execution of code. Whether to use it remains the model's decision. */
        CodeExecutionToolChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "code_execution";
        };
        /** @description Names the tools that may be called; `type` determines how. */
        NamedToolChoice: components["schemas"]["FunctionToolChoice"] | components["schemas"]["CustomToolChoice"] | components["schemas"]["AllowedToolsChoice"] | components["schemas"]["GoogleSearchToolChoice"] | components["schemas"]["UrlContextToolChoice"] | components["schemas"]["CodeExecutionToolChoice"];
        /** @description Controls the calls of tools. `none` disables them, `auto` lets the model decide, `required` forces at least one call, and an object names the tools that may be called. */
        ToolChoice: ("none" | "auto" | "required" | null) | components["schemas"]["NamedToolChoice"];
        /** @description Plain text. */
        ResponseFormatText: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
        };
        /** @description Any JSON object. */
        ResponseFormatJsonObject: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_object";
            /** @description Extension. The JSON Schema of the answer, where other providers expect it. It has the effect of `json_schema`. */
            schema?: unknown;
        };
        /** @description JSON that follows a schema. */
        ResponseFormatJsonSchema: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_schema";
            json_schema: {
                name: string;
                description?: string | null;
                /** @description The JSON Schema of the answer. */
                schema?: {
                    [key: string]: unknown;
                } | null;
                /** @description Whether the answer must follow the schema exactly. */
                strict?: boolean | null;
            };
        };
        /** @description Format of the answer; `type` determines which. */
        ResponseFormat: components["schemas"]["ResponseFormatText"] | components["schemas"]["ResponseFormatJsonObject"] | components["schemas"]["ResponseFormatJsonSchema"];
        /**
         * @description How much the model should think. A level that the model does not support is replaced by the nearest one that it supports; `thinking_levels` of a model lists these.
         * @enum {string}
         */
        ReasoningEffort: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
        /** @description Extension. Aspect ratio and size of the images, for models that make images. Each setting may also be written in camelCase, as in Gemini's native API. */
        ImageConfig: {
            /**
             * @description Ratio of width to height, one of `1:1`, `1:4`, `4:1`, `1:8`, `8:1`, `2:3`, `3:2`, `3:4`, `4:3`, `4:5`, `5:4`, `9:16`, `16:9`, `21:9`.
             * @example 16:9
             */
            aspect_ratio?: string | null;
            /**
             * @description Resolution. `512`, `1K`, `2K` or `4K`, in either letter case; models differ.
             * @example 2K
             */
            image_size?: string | null;
            /**
             * @description Ratio of width to height, one of `1:1`, `1:4`, `4:1`, `1:8`, `8:1`, `2:3`, `3:2`, `3:4`, `4:3`, `4:5`, `5:4`, `9:16`, `16:9`, `21:9`.
             * @example 16:9
             */
            aspectRatio?: string | null;
            /**
             * @description Resolution. `512`, `1K`, `2K` or `4K`, in either letter case; models differ.
             * @example 2K
             */
            imageSize?: string | null;
        };
        /** @description Settings of audio output. `voice` takes the names of `POST /v1/audio/speech`; `format` is `wav` or `pcm16`, in a stream `pcm16` only. */
        AudioOptions: {
            voice: string | {
                id: string;
            };
            /** @enum {string} */
            format: "wav" | "aac" | "mp3" | "flac" | "opus" | "pcm16";
        };
        /** @description Text that the answer is expected to repeat in large part. */
        Prediction: {
            /** @constant */
            type: "content";
            content: components["schemas"]["TextContent"];
        };
        /** @description Settings of OpenAI's built-in web search. */
        WebSearchOptions: {
            /** @enum {string|null} */
            search_context_size?: "low" | "medium" | "high" | null;
            user_location?: {
                /** @constant */
                type: "approximate";
                approximate: {
                    country?: string | null;
                    region?: string | null;
                    city?: string | null;
                    timezone?: string | null;
                };
            } | null;
        };
        /** @description Settings of the model's thinking. A level or a budget takes precedence over `reasoning_effort`. Each setting may also be written in camelCase, as in Gemini's native API. */
        ThinkingConfig: {
            /** @description Thinking level, such as `minimal`, `low`, `medium`, `high` or `xhigh`. */
            thinking_level?: string | null;
            /** @description Token budget for thinking of 2.5 models; 0 disables thinking, -1 lets the model decide. */
            thinking_budget?: number | null;
            /** @description Whether to return the thought summary, in `reasoning_content`. */
            include_thoughts?: boolean | null;
            /** @description Thinking level, such as `minimal`, `low`, `medium`, `high` or `xhigh`. */
            thinkingLevel?: string | null;
            /** @description Token budget for thinking of 2.5 models; 0 disables thinking, -1 lets the model decide. */
            thinkingBudget?: number | null;
            /** @description Whether to return the thought summary, in `reasoning_content`. */
            includeThoughts?: boolean | null;
        };
        /** @description Extension. Google's own settings under `google`, as in Google's OpenAI-compatible API. */
        ExtraBody: {
            google?: {
                thinking_config?: components["schemas"]["ThinkingConfig"] | null;
                /** @description Name of cached content, `cachedContents/…`. */
                cached_content?: string | null;
                thinkingConfig?: components["schemas"]["ThinkingConfig"] | null;
                /** @description Name of cached content, `cachedContents/…`. */
                cachedContent?: string | null;
                /** @description Number of most likely tokens to sample from. */
                top_k?: number | null;
                /** @description Which harmful content is blocked, one entry for each category. Only Gemini's native API accepts this setting. */
                safety_settings?: {
                    /** @example HARM_CATEGORY_HARASSMENT */
                    category: string;
                    /** @enum {string} */
                    threshold: "OFF" | "BLOCK_NONE" | "BLOCK_ONLY_HIGH" | "BLOCK_MEDIUM_AND_ABOVE" | "BLOCK_LOW_AND_ABOVE";
                }[] | null;
                /**
                 * @description Resolution at which the model sees images and videos.
                 * @enum {string|null}
                 */
                media_resolution?: "MEDIA_RESOLUTION_LOW" | "MEDIA_RESOLUTION_MEDIUM" | "MEDIA_RESOLUTION_HIGH" | null;
                image_config?: components["schemas"]["ImageConfig"] | null;
                imageConfig?: components["schemas"]["ImageConfig"] | null;
                /** @description How a model such as `gemini-3.5-transcribe` transcribes. Only Gemini's native API accepts this setting, and other models ignore it. */
                audio_transcription_config?: {
                    /** @description Possible languages of the speech, as BCP 47 tags. If omitted, the model detects them. */
                    language_codes?: string[];
                    /** @description Words and names to expect. Cannot be combined with `word_timestamp` or `diarization`. */
                    custom_vocabulary?: string[];
                    /** @description Whether to report the time of each word. */
                    word_timestamp?: boolean;
                    /** @description Whether to distinguish speakers. */
                    diarization?: boolean;
                    /**
                     * @description `SMART` leaves out filler words and formats the text.
                     * @enum {string}
                     */
                    mode?: "VERBATIM" | "SMART";
                } | null;
                /** @description How a model such as `gemini-3.5-transcribe` transcribes. Only Gemini's native API accepts this setting, and other models ignore it. */
                audioTranscriptionConfig?: {
                    /** @description Possible languages of the speech, as BCP 47 tags. If omitted, the model detects them. */
                    language_codes?: string[];
                    /** @description Words and names to expect. Cannot be combined with `word_timestamp` or `diarization`. */
                    custom_vocabulary?: string[];
                    /** @description Whether to report the time of each word. */
                    word_timestamp?: boolean;
                    /** @description Whether to distinguish speakers. */
                    diarization?: boolean;
                    /**
                     * @description `SMART` leaves out filler words and formats the text.
                     * @enum {string}
                     */
                    mode?: "VERBATIM" | "SMART";
                } | null;
                /** @description Number of most likely tokens to sample from. */
                topK?: number | null;
                /** @description Which harmful content is blocked, one entry for each category. Only Gemini's native API accepts this setting. */
                safetySettings?: {
                    /** @example HARM_CATEGORY_HARASSMENT */
                    category: string;
                    /** @enum {string} */
                    threshold: "OFF" | "BLOCK_NONE" | "BLOCK_ONLY_HIGH" | "BLOCK_MEDIUM_AND_ABOVE" | "BLOCK_LOW_AND_ABOVE";
                }[] | null;
                /**
                 * @description Resolution at which the model sees images and videos.
                 * @enum {string|null}
                 */
                mediaResolution?: "MEDIA_RESOLUTION_LOW" | "MEDIA_RESOLUTION_MEDIUM" | "MEDIA_RESOLUTION_HIGH" | null;
            } | null;
        };
        /** @description A conversation and the settings of its next answer. Every parameter of OpenAI's chat API is accepted. Parameters that Gemini does not support, and unknown properties, are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        ChatCompletionRequest: {
            /**
             * @description ID of the model, with or without the prefix `models/`. `GET /v1/models` lists the available models.
             * @example gemini-3.8-flash
             */
            model: string;
            /** @description The conversation so far, oldest message first. */
            messages: components["schemas"]["ChatMessage"][];
            /** @description Whether to stream the answer as server-sent events; `false` if omitted. The `Accept` header has no effect. */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            /** @description Sampling temperature; 0 selects the most likely tokens. The newest Gemini models ignore it. */
            temperature?: number | null;
            /** @description Nucleus sampling, the share of the probability mass to sample from. */
            top_p?: number | null;
            /** @description Maximum number of tokens of the answer. Thinking does not count against it, but it is billed and counts in `usage`; `reasoning_effort` limits it. Takes precedence over `max_tokens`. */
            max_completion_tokens?: number | null;
            /**
             * @deprecated
             * @description Older name of `max_completion_tokens`.
             */
            max_tokens?: number | null;
            /** @description Number of answers to generate, at most 8; 1 if omitted. Gemini is called once for each. */
            n?: number | null;
            /** @description Stop sequence, or up to 5 of them, at which the answer ends. Empty ones are ignored. */
            stop?: (string | null) | string[];
            /** @description Penalty for tokens that already occurred. */
            presence_penalty?: number | null;
            /** @description Penalty for tokens, in proportion to how often they occurred. */
            frequency_penalty?: number | null;
            /** @description Bias by token ID of OpenAI's tokenizer. Ignored, because Gemini has other tokens. */
            logit_bias?: {
                [key: string]: number;
            } | null;
            /** @description Whether to return the log probabilities of the generated tokens. `true` is rejected if the model does not return log probabilities. */
            logprobs?: boolean | null;
            /** @description Number of alternatives to return for each token. */
            top_logprobs?: number | null;
            /**
             * @deprecated
             * @description Seed for repeatable sampling.
             */
            seed?: number | null;
            /** @description Tools that the model may call. */
            tools?: components["schemas"]["Tool"][] | null;
            tool_choice?: components["schemas"]["ToolChoice"];
            /** @description Whether one answer may contain several tool calls. */
            parallel_tool_calls?: boolean | null;
            /**
             * @deprecated
             * @description Older form of `tools`.
             */
            functions?: components["schemas"]["FunctionDefinition"][] | null;
            /**
             * @deprecated
             * @description Older form of `tool_choice`.
             */
            function_call?: ("none" | "auto" | null) | {
                name: string;
            };
            response_format?: components["schemas"]["ResponseFormat"] | null;
            reasoning_effort?: components["schemas"]["ReasoningEffort"] | null;
            /**
             * @description Requested length of the answer.
             * @enum {string|null}
             */
            verbosity?: "low" | "medium" | "high" | null;
            /** @description Requested kinds of output. `image` is for models that make images, `audio` for speech models. */
            modalities?: ("text" | "image" | "audio")[] | null;
            image_config?: components["schemas"]["ImageConfig"] | null;
            audio?: components["schemas"]["AudioOptions"] | null;
            prediction?: components["schemas"]["Prediction"] | null;
            web_search_options?: components["schemas"]["WebSearchOptions"] | null;
            /**
             * @description Processing tier. `standard`, `flex` and `priority` are Gemini's tiers.
             * @enum {string|null}
             */
            service_tier?: "auto" | "default" | "standard" | "flex" | "scale" | "priority" | "fast" | null;
            /** @description Whether to store the answer. Ignored. */
            store?: boolean | null;
            /** @description Key-value pairs for the caller's own use. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description OpenAI's moderation settings. */
            moderation?: {
                model: string;
                /** @description What to do with flagged content. */
                policy?: unknown;
            } | null;
            /**
             * @deprecated
             * @description Older form of `safety_identifier` and `prompt_cache_key`.
             */
            user?: string | null;
            /** @description Stable identifier of the end user, preferably hashed. */
            safety_identifier?: string | null;
            /** @description Groups requests that share a prefix. */
            prompt_cache_key?: string | null;
            /** @description OpenAI's cache settings. */
            prompt_cache_options?: {
                mode?: string | null;
                ttl?: string | null;
            } | null;
            /**
             * @deprecated
             * @description How long OpenAI would cache a prefix.
             * @enum {string|null}
             */
            prompt_cache_retention?: "in_memory" | "in-memory" | "24h" | null;
            extra_body?: components["schemas"]["ExtraBody"] | null;
        };
        /** @description A source that the text cites. */
        Annotation: {
            /** @constant */
            type: "url_citation";
            url_citation: {
                start_index: number;
                end_index: number;
                url: string;
                title: string;
            };
        };
        /** @description Extension. An image that the model has generated. */
        GeneratedImage: {
            /** @constant */
            type: "image_url";
            image_url: {
                /** @description A `data:` URL. */
                url: string;
            };
            /** @description Number of the image in the answer, from 0. */
            index?: number;
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /** @description A part of the speech of an answer. Each part has the next `data`, and the first one has the other members; the `data` of all parts can be joined before or after decoding. */
        SpeechDelta: {
            /** @example audio_0f8b2a4c6d1e4f5a9b8c7d6e5f4a3b2c */
            id?: string;
            /** @description The speech in base64, in the requested format. */
            data?: string;
            /** @description Unix time of the answer, in seconds. The proxy stores no speech, so the `id` cannot be used in a later request. */
            expires_at?: number;
            /** @description Always empty. Gemini reads the text of the request, and sends no transcript. */
            transcript?: string;
            /** @description Extension. Samples per second; Gemini's models speak at 24,000. */
            sample_rate?: number;
        };
        /** @description The speech of an answer. */
        GeneratedSpeech: WithRequired<components["schemas"]["SpeechDelta"], "id" | "data" | "expires_at" | "transcript">;
        /** @description The answer of the model. */
        ChatCompletionMessage: {
            /** @constant */
            role: "assistant";
            /** @description Text of the answer, or null if it has none. */
            content: string | null;
            /** @description Reason why the answer was withheld, or null if it was not. */
            refusal: string | null;
            /** @description Extension. The thought summary. */
            reasoning_content?: string | null;
            tool_calls?: components["schemas"]["ToolCall"][];
            /** @deprecated */
            function_call?: components["schemas"]["FunctionCall"];
            /** @description The sources that the text cites. */
            annotations?: components["schemas"]["Annotation"][];
            /** @description Extension. Images of the answer. */
            images?: components["schemas"]["GeneratedImage"][];
            audio?: components["schemas"]["GeneratedSpeech"];
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /**
         * @description Why the answer ended: `stop` at its natural end or a stop sequence, `length` at the token limit, `tool_calls` to call tools, `content_filter` by a safety filter, `function_call` to call a function in the older form.
         * @enum {string}
         */
        FinishReason: "stop" | "length" | "tool_calls" | "content_filter" | "function_call";
        /** @description A token, its log probability and the alternatives. */
        TokenLogprob: {
            token: string;
            logprob: number;
            bytes: number[] | null;
            top_logprobs: {
                token: string;
                logprob: number;
                bytes: number[] | null;
            }[];
        };
        /** @description Log probabilities of the tokens of an answer. */
        Logprobs: {
            content: components["schemas"]["TokenLogprob"][] | null;
            refusal: components["schemas"]["TokenLogprob"][] | null;
        };
        /** @description One answer, with the reason why it ended. */
        ChatCompletionChoice: {
            index: number;
            message: components["schemas"]["ChatCompletionMessage"];
            finish_reason: components["schemas"]["FinishReason"];
            logprobs: components["schemas"]["Logprobs"] | null;
        };
        /** @description Tokens of the whole request. `prompt_tokens` and `completion_tokens` add up to `total_tokens`. */
        Usage: {
            prompt_tokens: number;
            /** @description Generated tokens, including thinking. */
            completion_tokens: number;
            total_tokens: number;
            completion_tokens_details?: {
                /** @description Tokens spent on thinking. */
                reasoning_tokens?: number;
                audio_tokens?: number;
                accepted_prediction_tokens?: number;
                rejected_prediction_tokens?: number;
                /** @description Extension. Tokens of images. */
                image_tokens?: number;
                /** @description Extension. Tokens of videos. */
                video_tokens?: number;
                /** @description Extension. Tokens of documents. */
                document_tokens?: number;
            };
            prompt_tokens_details?: {
                /** @description Tokens read from a cache. */
                cached_tokens?: number;
                audio_tokens?: number;
                /** @description Extension. Tokens of images. */
                image_tokens?: number;
                /** @description Extension. Tokens of videos. */
                video_tokens?: number;
                /** @description Extension. Tokens of documents. */
                document_tokens?: number;
                /** @description Extension. Tokens that Google's own tools have read, such as web pages. */
                tool_use_tokens?: number;
            };
        };
        /**
         * @description The processing tier that served the request.
         * @enum {string|null}
         */
        ServedTier: "auto" | "default" | "flex" | "scale" | "priority" | null;
        /** @description A finished chat completion. */
        ChatCompletion: {
            id: string;
            /** @constant */
            object: "chat.completion";
            /** @description Unix time in seconds. */
            created: number;
            /** @description The requested model. */
            model: string;
            choices: components["schemas"]["ChatCompletionChoice"][];
            usage?: components["schemas"]["Usage"];
            service_tier?: components["schemas"]["ServedTier"];
            /** @deprecated */
            system_fingerprint?: string;
        };
        /** @description A tool call, or the next part of its arguments. Parts with the same `index` belong together. */
        ToolCallDelta: {
            index: number;
            /** @description Only in the first part. */
            id?: string;
            /** @constant */
            type?: "function";
            function?: {
                name?: string;
                arguments?: string;
            };
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /** @description The next part of an answer. `role` is sent once, in the first chunk of a choice. */
        ChatCompletionDelta: {
            /** @constant */
            role?: "assistant";
            content?: string | null;
            refusal?: string | null;
            /** @description Extension. The next part of the thought summary. */
            reasoning_content?: string | null;
            tool_calls?: components["schemas"]["ToolCallDelta"][];
            /** @deprecated */
            function_call?: {
                name?: string;
                arguments?: string;
            };
            /** @description The sources that the text cites. They follow the text; the indexes are those of the whole content. */
            annotations?: components["schemas"]["Annotation"][];
            /** @description Extension. Images of the answer. */
            images?: components["schemas"]["GeneratedImage"][];
            audio?: components["schemas"]["SpeechDelta"];
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /** @description The part of one answer that the chunk adds. */
        ChatCompletionChunkChoice: {
            index: number;
            delta: components["schemas"]["ChatCompletionDelta"];
            /** @description Null until the last chunk of the choice. */
            finish_reason: components["schemas"]["FinishReason"] | null;
            logprobs?: components["schemas"]["Logprobs"] | null;
        };
        /** @description One chunk of a streamed chat completion. `id` and `created` are the same in all chunks of a stream. */
        ChatCompletionChunk: {
            id: string;
            /** @constant */
            object: "chat.completion.chunk";
            /** @description Unix time in seconds. */
            created: number;
            /** @description The requested model. */
            model: string;
            /** @description Empty in the usage chunk. */
            choices: components["schemas"]["ChatCompletionChunkChoice"][];
            /** @description Null until the usage chunk. Absent unless `stream_options.include_usage` is true. */
            usage?: components["schemas"]["Usage"] | null;
            service_tier?: components["schemas"]["ServedTier"];
            /** @deprecated */
            system_fingerprint?: string;
        };
        /** @description Describes why a request failed. */
        ApiError: {
            /** @description Human-readable explanation. Its wording may change. */
            message: string;
            /**
             * @description Category of the error.
             * @enum {string}
             */
            type: "invalid_request_error" | "rate_limit_exceeded" | "insufficient_quota" | "server_error";
            /** @description Path of the parameter that caused the error, such as `messages[0].content[1].image_url.url`. */
            param: string | null;
            /** @description Identifies the error. Programs should compare this property. */
            code: string | null;
        };
        /** @description Body of every error response in OpenAI's format. */
        ErrorResponse: {
            error: components["schemas"]["ApiError"];
        };
        /** @description One server-sent event: a chunk, the end marker, or the error that ends a stream after it has started. Comments between events are heartbeats, which keep the connection open. */
        ChatCompletionStreamEvent: {
            /** @description `<completion_id>:<n>` in a resumable stream, with n counting from 1. */
            id?: string;
            event?: string;
            retry?: number;
            data: "[DONE]" | string;
        };
        /** @description Texts to complete, and settings for their completions. Every parameter of OpenAI's legacy API is accepted. Parameters that Gemini does not support, and unknown properties, are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        CompletionRequest: {
            /**
             * @description ID of a model that writes text, with or without the prefix `models/`. `GET /v1/models` lists the available models.
             * @example gemini-3.5-flash-lite
             */
            model: string;
            /** @description One text, or up to 20 texts; each gets `n` completions. A text with the markers of fill-in-the-middle models, such as `<fim_prefix>`, `<fim_suffix>` and `<fim_middle>`, is completed where the middle belongs. Token IDs (integers) are rejected with 400 `unsupported_value`, because they belong to OpenAI's tokenizer. */
            prompt: string | (string | number | number[])[];
            /** @description Text after the gap. Ignored; send it in `prompt`, with the markers of fill-in-the-middle models. */
            suffix?: string | null;
            /** @description Maximum number of tokens of each completion. Thinking does not count against it. Unlimited if omitted. */
            max_tokens?: number | null;
            /** @description Number of completions of each text, at most 8; 1 if omitted. At most 40 completions in all. Gemini is called once for each. */
            n?: number | null;
            /** @description Number of candidates to choose from. Gemini generates `n`; a higher number is ignored, a lower one is rejected. */
            best_of?: number | null;
            /** @description Whether the text of each completion begins with its prompt; `false` if omitted. */
            echo?: boolean | null;
            /** @description Whether to stream the completions as server-sent events; `false` if omitted. The `Accept` header has no effect. */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            /** @description Stop sequence, or several of them, at which the completion ends. Gemini accepts 5; further sequences and empty ones are ignored. */
            stop?: (string | null) | string[];
            /** @description Sampling temperature; 0 selects the most likely tokens. The newest Gemini models ignore it. */
            temperature?: number | null;
            /** @description Nucleus sampling, the share of the probability mass to sample from. */
            top_p?: number | null;
            /** @description Penalty for tokens that already occurred. */
            presence_penalty?: number | null;
            /** @description Penalty for tokens, in proportion to how often they occurred. */
            frequency_penalty?: number | null;
            /** @description Number of alternatives to return for each token, with the log probabilities of the generated tokens. Rejected if the model does not return log probabilities, and together with `echo`. */
            logprobs?: number | null;
            /** @description Bias by token ID of OpenAI's tokenizer. Ignored, because Gemini has other tokens. */
            logit_bias?: {
                [key: string]: number;
            } | null;
            /** @description Seed for repeatable sampling. */
            seed?: number | null;
            /** @description Identifier of the end user. Ignored. */
            user?: string | null;
        };
        /** @description Log probabilities of the generated tokens. All arrays have one item for each token. */
        CompletionLogprobs: {
            tokens: string[];
            token_logprobs: number[];
            /** @description The most likely tokens at each position. Absent for `logprobs` 0. */
            top_logprobs?: {
                [key: string]: number;
            }[];
            /** @description Where each token begins in the text, in Unicode code points. */
            text_offset: number[];
        };
        /** @description One completion. */
        CompletionChoice: {
            text: string;
            /** @description The completions of the first text come first, then those of the second one. */
            index: number;
            logprobs: components["schemas"]["CompletionLogprobs"] | null;
            /**
             * @description Why the completion ended: `stop` at its natural end or a stop sequence, `length` at the token limit, `content_filter` by a safety filter. Null in all but the last chunk of a choice.
             * @enum {string|null}
             */
            finish_reason: "stop" | "length" | "content_filter" | null;
        };
        /** @description Completions of texts; also a chunk of their stream, in which each choice contains the text that the chunk adds. */
        Completion: {
            id: string;
            /** @constant */
            object: "text_completion";
            /** @description Unix time in seconds. */
            created: number;
            /** @description The requested model. */
            model: string;
            choices: components["schemas"]["CompletionChoice"][];
            /** @description Null in all chunks of a stream before the usage chunk, which is sent only if it is requested. */
            usage?: components["schemas"]["Usage"] | null;
            /** @deprecated */
            system_fingerprint?: string;
        };
        /** @description One server-sent event: a chunk, the end marker, or the error that ends a stream after it has started. Comments between events are heartbeats, which keep the connection open. */
        CompletionStreamEvent: {
            event?: string;
            retry?: number;
            data: "[DONE]" | string;
        };
        /** @description One content part of a message. `type` is `input_text`, `input_image`, `input_file` or `input_audio`, or `output_text` or `refusal` in messages of the assistant. Messages between agents, and outputs, may also contain `encrypted_content`. */
        ResponseInputPart: {
            /**
             * @example input_text
             * @example input_image
             * @example output_text
             */
            type: string;
            /** @description The text (text parts). */
            text?: string | null;
            /** @description The refusal (refusal parts). */
            refusal?: string | null;
            /** @description A data URL, or an https URL (images). With the compatible API, an https URL is accepted only if the operator allows fetching. */
            image_url?: string | null;
            /** @description Requested resolution (images). */
            detail?: string | null;
            /** @description ID of an uploaded file (images and files). Needs Gemini's native API. */
            file_id?: string | null;
            /** @description A data URL, or base64 (files). */
            file_data?: string | null;
            /** @description An https URL (files). With the compatible API, it is accepted only if the operator allows fetching. */
            file_url?: string | null;
            /** @description File name (files). */
            filename?: string | null;
            /** @description Text from another agent. Text that OpenAI has encrypted (`gAAAAA…`) cannot be read and is replaced by a note. */
            encrypted_content?: string | null;
            /** @description The audio input (audio parts). */
            input_audio?: {
                /** @description The audio data in base64. */
                data?: string;
                /**
                 * @example wav
                 * @example mp3
                 */
                format?: string;
            } | null;
        };
        /** @description One item of a conversation; without `type`, a message. The supported types are `message`, `agent_message`, `function_call`, `function_call_output`, `custom_tool_call`, `custom_tool_call_output`, `tool_search_call`, `tool_search_output`, `reasoning`, `additional_tools` and `item_reference`, and with Gemini's native API `web_search_call`, `code_interpreter_call` and `image_generation_call`. Items of other types, which only OpenAI's own tools produce, are ignored, and so are tool searches that OpenAI executes. A request with no other items is rejected. */
        ResponseInputItem: {
            /**
             * @example message
             * @example function_call
             * @example function_call_output
             * @example reasoning
             */
            type?: string | null;
            /** @description ID of the item, as returned in the response. */
            id?: string | null;
            /**
             * @description Role of the author (messages).
             * @example user
             * @example assistant
             * @example system
             * @example developer
             */
            role?: string | null;
            /** @description Text or content parts (messages, and messages between agents). */
            content?: (string | null) | components["schemas"]["ResponseInputPart"][];
            /** @description ID of the call (calls and their outputs). An output with a `name` instead is treated as a user message. */
            call_id?: string | null;
            /** @description Name of the tool (calls, and outputs without a call). */
            name?: string | null;
            /** @description Namespace of the tool (calls, and outputs without a call). */
            namespace?: string | null;
            /** @description The arguments, as JSON text (function calls) or as an object (calls of a tool search). */
            arguments?: unknown;
            /** @description The text for the tool (custom tool calls). */
            input?: unknown;
            /** @description Text or content parts (outputs of calls). */
            output?: unknown;
            /** @description The code (code that was run). */
            code?: unknown;
            /** @description What the code printed (code that was run). */
            outputs?: unknown;
            /** @description The image in base64 (images that the model has made). Without it, the stored item with this `id` is used. */
            result?: string | null;
            /** @description Thought signatures, as returned in the response (reasoning items). */
            encrypted_content?: string | null;
            /**
             * @description Who executes a tool search. Only `client` is supported.
             * @example client
             */
            execution?: string | null;
            /** @description The agent that sends a message (messages between agents). Ignored. */
            author?: string | null;
            /** @description The agent that receives a message (messages between agents). Ignored. */
            recipient?: string | null;
            /** @description Tools to add to those of the request, as in its `tools` (additional tools, and outputs of a tool search); the tools of an MCP server are ignored. */
            tools?: {
                [key: string]: unknown;
            }[] | null;
        };
        /** @description A tool. The supported types are `function`, `custom`, `namespace`, which contains tools of these two types, and `tool_search` if the client executes it. With Gemini's native API Google executes `web_search` and `code_interpreter`, whose other members are ignored, and models that make images have `image_generation`. */
        ResponseTool: {
            /**
             * @example function
             * @example custom
             * @example namespace
             * @example web_search
             * @example code_interpreter
             * @example image_generation
             */
            type: string;
            /** @description Name of the function, custom tool or namespace. */
            name?: string | null;
            /** @description What the tool does and when to use it. */
            description?: string | null;
            /** @description JSON Schema of the arguments of a function or tool search. */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Who executes a tool search. Only `client` is supported; others are ignored.
             * @example client
             */
            execution?: string | null;
            /** @description Whether the arguments must follow the schema. Gemini does not guarantee it. */
            strict?: boolean | null;
            /** @description Format of a custom tool's text, free or defined by a grammar. The model receives it as an instruction; it is not enforced. */
            format?: (string | null) | {
                [key: string]: unknown;
            };
            /** @description The tools of a namespace. */
            tools?: {
                [key: string]: unknown;
            }[] | null;
            /** @description Of `image_generation`: a model that makes images. It answers the whole request if the `model` of the request does not make images; otherwise it is ignored. */
            model?: string | null;
            /** @description Of `image_generation`: the size in pixels, or the aspect ratio, as in `POST /v1/images/generations`. */
            size?: string | null;
            /** @description Of `image_generation`: `low`, `medium`, `high` or `auto`, or a size of Gemini. */
            quality?: string | null;
            /** @description Of `image_generation`: maximum number of drafts of each image in a stream. Gemini may draw none. */
            partial_images?: number | null;
            /** @description Of `image_generation`: `transparent` is rejected, because Gemini's images are opaque. */
            background?: string | null;
        };
        /** @description Which tools the model may or must call. A choice of an unsupported kind of tool is ignored. */
        ResponseToolChoice: ("none" | "auto" | "required" | null) | {
            /**
             * @example function
             * @example custom
             * @example allowed_tools
             */
            type: string;
            name?: string | null;
            namespace?: string | null;
            /** @enum {string|null} */
            mode?: "auto" | "required" | null;
            tools?: {
                [key: string]: unknown;
            }[] | null;
        };
        /** @description JSON that follows a schema. */
        ResponseTextFormatJsonSchema: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_schema";
            name: string;
            description?: string | null;
            /** @description The JSON Schema of the answer. */
            schema: {
                [key: string]: unknown;
            };
            strict?: boolean | null;
        };
        /** @description Format of the text; `type` determines which. */
        ResponseTextFormat: components["schemas"]["ResponseFormatText"] | components["schemas"]["ResponseTextFormatJsonSchema"] | components["schemas"]["ResponseFormatJsonObject"];
        /** @description Format and length of the text. */
        ResponseTextOptions: {
            format?: components["schemas"]["ResponseTextFormat"] | null;
            /**
             * @description Requested length of the answer.
             * @enum {string|null}
             */
            verbosity?: "low" | "medium" | "high" | null;
        };
        /** @description Settings of the model's reasoning. */
        ResponseReasoningOptions: {
            effort?: components["schemas"]["ReasoningEffort"] | null;
            /**
             * @description Whether to return thought summaries. Gemini has only one kind.
             * @enum {string|null}
             */
            summary?: "auto" | "concise" | "detailed" | null;
            /**
             * @deprecated
             * @description Older name of `summary`.
             * @enum {string|null}
             */
            generate_summary?: "auto" | "concise" | "detailed" | null;
        };
        /** @description A request in the format of OpenAI's Responses API. Parameters that Gemini does not support, and unknown properties, are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        ResponseRequest: {
            /**
             * @description ID of the model, with or without the prefix `models/`. `GET /v1/models` lists the available models.
             * @example gemini-3.8-flash
             */
            model: string;
            /** @description The user's text, or the conversation so far as items, oldest first. */
            input?: (string | null) | components["schemas"]["ResponseInputItem"][];
            /** @description System instructions, inserted before the conversation. */
            instructions?: string | null;
            /** @description Whether to stream the answer as server-sent events; `false` if omitted. */
            stream?: boolean | null;
            stream_options?: {
                /** @description Ignored; events are never padded. */
                include_obfuscation?: boolean | null;
            } | null;
            /** @description Tools that the model may call. Functions and custom tools are supported, also in a namespace, and tool searches that the client executes. With Gemini's native API, `web_search` and `code_interpreter` are Google's tools, and models that make images support `image_generation`. Other types are OpenAI's own tools and are ignored. */
            tools?: components["schemas"]["ResponseTool"][] | null;
            tool_choice?: components["schemas"]["ResponseToolChoice"];
            /** @description Whether one answer may contain several tool calls. */
            parallel_tool_calls?: boolean | null;
            /** @description Limit for tools that the server executes. It has no effect here. */
            max_tool_calls?: number | null;
            text?: components["schemas"]["ResponseTextOptions"] | null;
            reasoning?: components["schemas"]["ResponseReasoningOptions"] | null;
            /** @description Maximum number of tokens of the answer. Thinking does not count against it, but it is billed and counts in `usage`; `reasoning.effort` limits it. */
            max_output_tokens?: number | null;
            /** @description Sampling temperature; 0 selects the most likely tokens. */
            temperature?: number | null;
            /** @description Nucleus sampling, the share of the probability mass to sample from. */
            top_p?: number | null;
            /** @description Number of alternatives to return for each token. Gemini returns none. */
            top_logprobs?: number | null;
            /**
             * @description Whether to drop the beginning of a conversation that is too long. It is never dropped here.
             * @enum {string|null}
             */
            truncation?: "auto" | "disabled" | null;
            /** @description Additional output. `reasoning.encrypted_content` contains Gemini's thought signatures, encrypted. With Gemini's native API, `web_search_call.action.sources` adds the sources of a web search, and `code_interpreter_call.outputs` what code printed. */
            include?: string[] | null;
            /** @description Key-value pairs for the caller's own use, returned in the response. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description Whether to store the response. */
            store?: boolean | null;
            /** @description ID of the stored response that this request continues; 404 if it is not stored. */
            previous_response_id?: string | null;
            /** @description Background responses are not supported; `true` is rejected. */
            background?: boolean | null;
            /** @description Stored conversations are not supported and are rejected. */
            conversation?: (string | null) | {
                [key: string]: unknown;
            };
            /** @description Stored prompts are not supported and are rejected. */
            prompt?: {
                [key: string]: unknown;
            } | null;
            /** @description Processing tier. `standard`, `flex` and `priority` are Gemini's tiers. */
            service_tier?: string | null;
            /**
             * @deprecated
             * @description Older form of `safety_identifier` and `prompt_cache_key`.
             */
            user?: string | null;
            /** @description Stable identifier of the end user, preferably hashed. */
            safety_identifier?: string | null;
            /** @description Groups requests that share a prefix. */
            prompt_cache_key?: string | null;
            /**
             * @deprecated
             * @description How long OpenAI would cache a prefix.
             */
            prompt_cache_retention?: string | null;
            extra_body?: components["schemas"]["ExtraBody"] | null;
        };
        /** @description Why a response failed after it had started. */
        ResponseFailure: {
            /**
             * @description OpenAI's category of the error. On `context_length_exceeded`, agents compact the conversation.
             * @enum {string}
             */
            code: "server_error" | "rate_limit_exceeded" | "context_length_exceeded" | "insufficient_quota";
            message: string;
            /** @description Category of the error, as in `error.type` of an error response. */
            type?: string;
            /** @description Path of the parameter that caused the error. */
            param?: string | null;
            /** @description Identifies the error, as `error.code` does in an error response. Programs should compare this property. */
            reason?: string | null;
        };
        /**
         * @description Progress of the item.
         * @enum {string}
         */
        ResponseItemStatus: "in_progress" | "completed" | "incomplete";
        /** @description A source that the text cites. */
        ResponseAnnotation: {
            /** @constant */
            type: "url_citation";
            url: string;
            title: string;
            /** @description Where the passage begins in the text of this content part. */
            start_index: number;
            /** @description Where the passage ends. */
            end_index: number;
        };
        /** @description Text of the answer. */
        ResponseOutputText: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "output_text";
            text: string;
            /** @description The sources that the text cites; empty without a web search. */
            annotations: components["schemas"]["ResponseAnnotation"][];
            /** @description Always empty. */
            logprobs: {
                [key: string]: unknown;
            }[];
        };
        /** @description Reason why the answer was withheld. */
        ResponseRefusal: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "refusal";
            refusal: string;
        };
        /** @description A content part of a message; `type` determines its kind. */
        ResponseOutputPart: components["schemas"]["ResponseOutputText"] | components["schemas"]["ResponseRefusal"];
        /** @description A message of the model. */
        ResponseOutputMessage: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message";
            /** @constant */
            role: "assistant";
            status: components["schemas"]["ResponseItemStatus"];
            content: components["schemas"]["ResponseOutputPart"][];
        };
        /** @description A thought summary. */
        ResponseSummaryPart: {
            /** @constant */
            type: "summary_text";
            text: string;
        };
        /** @description The reasoning of the model. */
        ResponseReasoningItem: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reasoning";
            summary: components["schemas"]["ResponseSummaryPart"][];
            /** @description Thought signatures of the adjacent items, encrypted for the caller's token. Send the item back with the conversation, so that Gemini can continue its reasoning. */
            encrypted_content?: string | null;
            status?: components["schemas"]["ResponseItemStatus"];
        };
        /** @description A call of a function. */
        ResponseFunctionCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "function_call";
            status: components["schemas"]["ResponseItemStatus"];
            /** @description ID of the call, repeated in its output item. */
            call_id: string;
            name: string;
            /** @description Set only if the tool was declared in a namespace. */
            namespace?: string;
            /** @description The arguments as JSON text. */
            arguments: string;
        };
        /** @description A call of a custom tool. */
        ResponseCustomToolCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "custom_tool_call";
            status: components["schemas"]["ResponseItemStatus"];
            /** @description ID of the call, repeated in its output item. */
            call_id: string;
            name: string;
            /** @description Set only if the tool was declared in a namespace. */
            namespace?: string;
            /** @description The text for the tool. */
            input: string;
        };
        /** @description A search for further tools, which the client executes. It returns the tools in a `tool_search_output` item. */
        ResponseToolSearchCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "tool_search_call";
            status: components["schemas"]["ResponseItemStatus"];
            /** @description ID of the call, repeated in its output item. */
            call_id: string;
            /** @constant */
            execution: "client";
            /** @description The arguments as an object, not as JSON text; empty unless the call is complete. */
            arguments: {
                [key: string]: unknown;
            };
        };
        /** @description A web search that Google has made for the answer. In the next request the item may be sent back or left out: it has no effect. */
        ResponseWebSearchCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "web_search_call";
            /**
             * @description `failed` only in a response that has failed before its search was complete.
             * @enum {string}
             */
            status: "in_progress" | "searching" | "completed" | "failed";
            action: {
                /** @constant */
                type: "search";
                /** @description The first of the `queries`. */
                query: string;
                /** @description The search queries. */
                queries: string[];
                /** @description The sources, if `include` requests them. Gemini does not report which search found a source: the first search that is complete has all sources. */
                sources?: {
                    /** @constant */
                    type: "url";
                    url: string;
                }[];
            };
        };
        /** @description Code that Google has run for the answer. Send it back in the next request: the model reads the code and its outputs there. */
        ResponseCodeInterpreterCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "code_interpreter_call";
            /**
             * @description `completed` also if the code has raised an error; `failed` if it took too long.
             * @enum {string}
             */
            status: "in_progress" | "interpreting" | "completed" | "incomplete" | "failed";
            /** @description The same for all calls of a response. Google's containers do not outlive an answer. */
            container_id: string;
            /** @description The code, in Python. */
            code: string | null;
            /** @description What the code printed, if `include` requests it. */
            outputs: {
                /** @constant */
                type: "logs";
                logs: string;
            }[] | null;
        };
        /** @description An image that the model has made. To edit the image, send the item back in the next request, with its `result`, or with only its `id` if it is stored. */
        ResponseImageGenerationCall: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image_generation_call";
            /**
             * @description `failed` if the answer ended after drafts of the image.
             * @enum {string}
             */
            status: "in_progress" | "generating" | "completed" | "failed";
            /** @description The image in base64; null before it is complete. */
            result: string | null;
            /**
             * @description The format in which Gemini has generated the image. Absent for other formats.
             * @enum {string}
             */
            output_format?: "png" | "jpeg" | "webp";
        };
        /** @description One item of a response; `type` determines its kind. */
        ResponseOutputItem: components["schemas"]["ResponseOutputMessage"] | components["schemas"]["ResponseReasoningItem"] | components["schemas"]["ResponseFunctionCall"] | components["schemas"]["ResponseCustomToolCall"] | components["schemas"]["ResponseToolSearchCall"] | components["schemas"]["ResponseWebSearchCall"] | components["schemas"]["ResponseCodeInterpreterCall"] | components["schemas"]["ResponseImageGenerationCall"];
        /** @description Tokens of the whole request. `input_tokens` and `output_tokens` add up to `total_tokens`. */
        ResponseUsage: {
            input_tokens: number;
            input_tokens_details: {
                cached_tokens: number;
                cache_write_tokens: number;
            };
            /** @description Generated tokens, including thinking. */
            output_tokens: number;
            output_tokens_details: {
                reasoning_tokens: number;
            };
            total_tokens: number;
        };
        /** @description An answer in the format of OpenAI's Responses API. */
        Response: {
            id: string;
            /** @constant */
            object: "response";
            /** @description Unix time in seconds. */
            created_at: number;
            /** @description Unix time in seconds; null unless `status` is `completed`. */
            completed_at?: number | null;
            /** @enum {string} */
            status: "in_progress" | "completed" | "incomplete" | "failed";
            /** @description Why the response failed. */
            error: components["schemas"]["ResponseFailure"] | null;
            /** @description Why the response is incomplete. */
            incomplete_details: {
                /** @enum {string} */
                reason: "max_output_tokens" | "content_filter";
            } | null;
            instructions: string | null;
            /** @description The requested model. */
            model: string;
            output: components["schemas"]["ResponseOutputItem"][];
            parallel_tool_calls: boolean;
            previous_response_id?: string | null;
            temperature: number | null;
            top_p: number | null;
            top_logprobs?: number | null;
            max_output_tokens?: number | null;
            max_tool_calls?: number | null;
            tool_choice: components["schemas"]["ResponseToolChoice"];
            tools: components["schemas"]["ResponseTool"][];
            text?: components["schemas"]["ResponseTextOptions"];
            reasoning?: components["schemas"]["ResponseReasoningOptions"] | null;
            /** @enum {string|null} */
            truncation?: "auto" | "disabled" | null;
            metadata: {
                [key: string]: string;
            } | null;
            /** @description Whether the response is stored, for a limited time. */
            store?: boolean;
            background?: boolean;
            /** @description The processing tier that served the request, if Gemini reports it; otherwise the requested one. */
            service_tier?: string | null;
            user?: string | null;
            safety_identifier?: string | null;
            prompt_cache_key?: string | null;
            usage?: components["schemas"]["ResponseUsage"];
        };
        /** @description The response in its current state. */
        ResponseStateEvent: {
            /** @enum {string} */
            type: "response.created" | "response.in_progress" | "response.completed" | "response.incomplete" | "response.failed";
            sequence_number: number;
            response: components["schemas"]["Response"];
        };
        /** @description An item has started or is complete. */
        ResponseItemEvent: {
            /** @enum {string} */
            type: "response.output_item.added" | "response.output_item.done";
            sequence_number: number;
            output_index: number;
            item: components["schemas"]["ResponseOutputItem"];
        };
        /** @description A content part of a message has started or is complete. */
        ResponsePartEvent: {
            /** @enum {string} */
            type: "response.content_part.added" | "response.content_part.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            part: components["schemas"]["ResponseOutputPart"];
        };
        /** @description The next part of the text. */
        ResponseTextDeltaEvent: {
            /** @constant */
            type: "response.output_text.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            delta: string;
            /** @description Always empty. */
            logprobs: {
                [key: string]: unknown;
            }[];
        };
        /** @description The complete text of a content part. */
        ResponseTextDoneEvent: {
            /** @constant */
            type: "response.output_text.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            text: string;
            /** @description Always empty. */
            logprobs: {
                [key: string]: unknown;
            }[];
        };
        /** @description The next part of a refusal. */
        ResponseRefusalDeltaEvent: {
            /** @constant */
            type: "response.refusal.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            delta: string;
        };
        /** @description The complete refusal. */
        ResponseRefusalDoneEvent: {
            /** @constant */
            type: "response.refusal.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            refusal: string;
        };
        /** @description The next part of a function call's arguments, of the text for a custom tool, or of code that is run. */
        ResponseCallDeltaEvent: {
            /** @enum {string} */
            type: "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" | "response.code_interpreter_call_code.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            delta: string;
        };
        /** @description The complete arguments of a function call. */
        ResponseArgumentsDoneEvent: {
            /** @constant */
            type: "response.function_call_arguments.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            name: string;
            arguments: string;
        };
        /** @description The complete text for a custom tool. */
        ResponseInputDoneEvent: {
            /** @constant */
            type: "response.custom_tool_call_input.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            input: string;
        };
        /** @description A source that the text cites. */
        ResponseAnnotationEvent: {
            /** @constant */
            type: "response.output_text.annotation.added";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            annotation_index: number;
            annotation: components["schemas"]["ResponseAnnotation"];
        };
        /** @description The progress of a web search, of code that is run, or of an image. */
        ResponseCallStateEvent: {
            /** @enum {string} */
            type: "response.web_search_call.in_progress" | "response.web_search_call.searching" | "response.web_search_call.completed" | "response.code_interpreter_call.in_progress" | "response.code_interpreter_call.interpreting" | "response.code_interpreter_call.completed" | "response.image_generation_call.in_progress" | "response.image_generation_call.generating" | "response.image_generation_call.completed";
            sequence_number: number;
            item_id: string;
            output_index: number;
        };
        /** @description The complete code that is run. */
        ResponseCodeDoneEvent: {
            /** @constant */
            type: "response.code_interpreter_call_code.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            code: string;
        };
        /** @description A draft of an image, which the model has drawn while it thinks. */
        ResponseImagePartialEvent: {
            /** @constant */
            type: "response.image_generation_call.partial_image";
            sequence_number: number;
            item_id: string;
            output_index: number;
            partial_image_index: number;
            partial_image_b64: string;
            /** @enum {string} */
            output_format?: "png" | "jpeg" | "webp";
        };
        /** @description A thought summary has started or is complete. */
        ResponseSummaryPartEvent: {
            /** @enum {string} */
            type: "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            part: components["schemas"]["ResponseSummaryPart"];
        };
        /** @description The next part of a thought summary. */
        ResponseSummaryDeltaEvent: {
            /** @constant */
            type: "response.reasoning_summary_text.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            delta: string;
        };
        /** @description The complete thought summary. */
        ResponseSummaryDoneEvent: {
            /** @constant */
            type: "response.reasoning_summary_text.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            text: string;
        };
        /** @description The last event of a stream whose answer was lost. */
        ResponseErrorEvent: {
            /** @constant */
            type: "error";
            sequence_number: number;
            code: string | null;
            message: string;
            param: string | null;
        };
        /** @description One event of a streamed response; `type` determines its kind. */
        ResponseStreamEvent: components["schemas"]["ResponseStateEvent"] | components["schemas"]["ResponseItemEvent"] | components["schemas"]["ResponsePartEvent"] | components["schemas"]["ResponseTextDeltaEvent"] | components["schemas"]["ResponseTextDoneEvent"] | components["schemas"]["ResponseRefusalDeltaEvent"] | components["schemas"]["ResponseRefusalDoneEvent"] | components["schemas"]["ResponseCallDeltaEvent"] | components["schemas"]["ResponseArgumentsDoneEvent"] | components["schemas"]["ResponseInputDoneEvent"] | components["schemas"]["ResponseAnnotationEvent"] | components["schemas"]["ResponseCallStateEvent"] | components["schemas"]["ResponseCodeDoneEvent"] | components["schemas"]["ResponseImagePartialEvent"] | components["schemas"]["ResponseSummaryPartEvent"] | components["schemas"]["ResponseSummaryDeltaEvent"] | components["schemas"]["ResponseSummaryDoneEvent"] | components["schemas"]["ResponseErrorEvent"];
        /** @description One server-sent event, named after the `type` in its data. The last event is `response.completed`, `response.incomplete`, `response.failed` or `error`; there is no `[DONE]`. Comments between events are heartbeats, which keep the connection open. */
        ResponseServerSentEvent: {
            /** @description `<response_id>:<sequence_number>` in a resumable stream. */
            id?: string;
            /** @enum {string} */
            event: "response.created" | "response.in_progress" | "response.completed" | "response.incomplete" | "response.failed" | "response.output_item.added" | "response.output_item.done" | "response.content_part.added" | "response.content_part.done" | "response.output_text.delta" | "response.output_text.done" | "response.refusal.delta" | "response.refusal.done" | "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" | "response.function_call_arguments.done" | "response.custom_tool_call_input.done" | "response.output_text.annotation.added" | "response.web_search_call.in_progress" | "response.web_search_call.searching" | "response.web_search_call.completed" | "response.code_interpreter_call.in_progress" | "response.code_interpreter_call_code.delta" | "response.code_interpreter_call_code.done" | "response.code_interpreter_call.interpreting" | "response.code_interpreter_call.completed" | "response.image_generation_call.in_progress" | "response.image_generation_call.generating" | "response.image_generation_call.partial_image" | "response.image_generation_call.completed" | "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done" | "response.reasoning_summary_text.delta" | "response.reasoning_summary_text.done" | "error";
            retry?: number;
            data: string;
        };
        /** @description The number of tokens that a request would send to the model. */
        ResponseInputTokens: {
            /** @constant */
            object: "response.input_tokens";
            input_tokens: number;
        };
        /** @description Confirms the deletion of a response. */
        DeletedResponse: {
            id: string;
            /** @constant */
            object: "response";
            /** @constant */
            deleted: true;
        };
        /** @description A content block of a request: `text`, `image`, `document`, `search_result`, `tool_use`, `tool_result` or `thinking`. Blocks of other types are ignored. */
        MessageContentBlock: {
            /** @description Kind of the block. */
            type: string;
        };
        /** @description One message of a conversation. Messages of the role `system` are instructions within it. */
        MessageParam: {
            /**
             * @description Author of the message.
             * @enum {string}
             */
            role: "user" | "assistant" | "system";
            /** @description A text, or content blocks. */
            content?: string | components["schemas"]["MessageContentBlock"][] | null;
        };
        /** @description A tool that the model may call. */
        MessageTool: {
            /** @description Name of the tool. */
            name?: string | null;
            /** @description `custom`, or the type of one of the tools that Anthropic defines. */
            type?: string | null;
            /** @description What the tool does, for the model. */
            description?: string | null;
            /** @description JSON Schema of the input. */
            input_schema?: {
                [key: string]: unknown;
            } | null;
            /** @description Whether the input must follow the schema exactly. */
            strict?: boolean | null;
        };
        /** @description Which tools the model may or must call. */
        MessageToolChoice: {
            /**
             * @description `any` requires a call of any tool, `tool` a call of the named tool.
             * @enum {string}
             */
            type: "auto" | "any" | "tool" | "none";
            /** @description Name of the tool, with the type `tool`. */
            name?: string | null;
            /** @description Whether at most one tool may be called. */
            disable_parallel_tool_use?: boolean | null;
        };
        /** @description Settings of thinking, and whether the answer contains it. */
        MessageThinking: {
            /** @description `disabled` turns thinking off if the model allows it; every other type requests thinking blocks. */
            type: string;
            /** @description Tokens for thinking; converted to a level if `output_config.effort` is omitted. */
            budget_tokens?: number | null;
            /** @description With `omitted` the thinking blocks have no text. */
            display?: string | null;
        };
        /** @description Effort and format of the answer. */
        MessageOutputConfig: {
            /** @description `low`, `medium`, `high`, `xhigh` or `max`; the nearest level that the model supports applies. */
            effort?: string | null;
            /** @description A format of the answer. */
            format?: {
                /** @description Only `json_schema` has an effect. */
                type: string;
                /** @description JSON Schema of the answer. */
                schema?: {
                    [key: string]: unknown;
                };
            } | null;
        };
        /** @description A request of Anthropic's Messages API. Fields and blocks without a counterpart at Gemini are accepted and listed in `x-gemini-proxy-ignored-params`. */
        MessageRequest: {
            /** @description ID of a model, with or without the prefix `claude-`. Other names of Claude models are served by the models that the operator has set (CLAUDE_MODELS). */
            model: string;
            /** @description The conversation. If its last message is the assistant's, the answer continues it. */
            messages: components["schemas"]["MessageParam"][];
            /** @description Instructions for the model. The attribution line that Claude Code sends is left out. */
            system?: string | components["schemas"]["MessageContentBlock"][] | null;
            /** @description Tools with an `input_schema`, and `web_search_*`, which Google's search replaces. Other tools are ignored. */
            tools?: components["schemas"]["MessageTool"][] | null;
            /** @description Which tools the model may or must call. */
            tool_choice?: components["schemas"]["MessageToolChoice"] | null;
            /** @description Whether the answer contains thinking blocks. If omitted, it contains none, even if the model thinks. */
            thinking?: components["schemas"]["MessageThinking"] | null;
            /** @description Effort and format of the answer. */
            output_config?: components["schemas"]["MessageOutputConfig"] | null;
            /** @description Maximum number of tokens of the answer. A number above the limit of the model is lowered to that limit. */
            max_tokens: number;
            /** @description Whether the answer is a stream of events. */
            stream?: boolean | null;
            /** @description Texts that end the answer. The `stop_reason` is then `end_turn`, because Gemini does not report which one was found. */
            stop_sequences?: string[] | null;
            /** @description Sampling temperature. */
            temperature?: number | null;
            /** @description Share of the probability mass that is sampled from. */
            top_p?: number | null;
            /** @description Number of tokens that are sampled from. */
            top_k?: number | null;
            /** @description Message threads are refused with 400 and `thread_unsupported_request`; SDKs then send the whole conversation. */
            thread?: unknown;
        };
        /** @description A source of the text, found by Google's search. */
        MessageCitation: {
            /** @constant */
            type: "web_search_result_location";
            /** @description Address of the source. */
            url: string;
            /** @description Title of the source. */
            title: string | null;
            /** @description The passage of the answer that the source supports. Gemini does not quote the source itself. */
            cited_text: string;
            /** @description Always empty. */
            encrypted_index: string;
        };
        /** @description Text of an answer. */
        MessageTextBlock: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
            /** @description The text. */
            text: string;
            /** @description Sources of the text, if Google's search has found any. */
            citations: components["schemas"]["MessageCitation"][] | null;
        };
        /** @description The model's thinking. Send the block back with the conversation. */
        MessageThinkingBlock: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "thinking";
            /** @description A summary; empty if only the signature is known. */
            thinking: string;
            /** @description Gemini's thought signatures, encrypted for this caller. */
            signature: string;
        };
        /** @description A call of a tool. */
        MessageToolUseBlock: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "tool_use";
            /** @description ID of the call, to which its result refers; unique in a conversation. */
            id: string;
            /** @description Name of the tool. */
            name: string;
            /** @description The input; empty at the start of a streamed block. */
            input: {
                [key: string]: unknown;
            };
            /** @description The caller of the tool; always the model itself. */
            caller: {
                /** @constant */
                type: "direct";
            };
        };
        /** @description A web search that Google has made. */
        MessageServerToolUseBlock: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "server_tool_use";
            /** @description ID of the search, to which its results refer. */
            id: string;
            /** @constant */
            name: "web_search";
            /** @description The query; empty at the start of a streamed block. */
            input: {
                /** @description The input of the search. */
                query?: string;
            };
            /** @description The caller of the tool; always the model itself. */
            caller: {
                /** @constant */
                type: "direct";
            };
        };
        /** @description The results of a web search. Gemini does not report which of several searches found a source: the results of the first search contain all sources. */
        MessageSearchResultBlock: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "web_search_tool_result";
            /** @description ID of the search. */
            tool_use_id: string;
            /** @description The sources of the answer. */
            content: {
                /** @constant */
                type: "web_search_result";
                /** @description Address of the source. */
                url: string;
                /** @description Title of the source. */
                title: string;
                /** @description Always empty. */
                encrypted_content: string;
                page_age: null;
            }[];
            /** @description The caller of the tool; always the model itself. */
            caller: {
                /** @constant */
                type: "direct";
            };
        };
        /** @description A content block of an answer. */
        MessageBlock: components["schemas"]["MessageTextBlock"] | components["schemas"]["MessageThinkingBlock"] | components["schemas"]["MessageToolUseBlock"] | components["schemas"]["MessageServerToolUseBlock"] | components["schemas"]["MessageSearchResultBlock"];
        /** @description Token counts. The number of tokens of the whole prompt is `input_tokens` plus `cache_read_input_tokens`. In `message_start` all counts are 0: Gemini reports them at the end. */
        MessageUsage: {
            /** @description Tokens of the prompt that were not cached. */
            input_tokens: number;
            /** @description Always 0, since Gemini caches by itself. */
            cache_creation_input_tokens: number;
            /** @description Tokens of the prompt that were cached. */
            cache_read_input_tokens: number;
            /** @description Tokens of the answer, thinking included. */
            output_tokens: number;
            /** @description Parts of `output_tokens`. */
            output_tokens_details: {
                /** @description Tokens of thinking. */
                thinking_tokens: number;
            };
            /** @description Use of Google's search. */
            server_tool_use: {
                /** @description Number of searches. */
                web_search_requests: number;
                /** @description Always 0. */
                web_fetch_requests: number;
            } | null;
            /** @constant */
            service_tier: "standard";
            cache_creation: null;
            inference_geo: null;
            speed: null;
        };
        /** @description An answer of the model. */
        Message: {
            /** @description ID of the message. */
            id: string;
            /** @constant */
            type: "message";
            /** @constant */
            role: "assistant";
            /** @description The requested model. */
            model: string;
            /** @description Thinking first, then text, then tool calls, in the order in which the model generated them. */
            content: components["schemas"]["MessageBlock"][];
            /**
             * @description Why the answer ended; null while it is generated.
             * @enum {string|null}
             */
            stop_reason: "end_turn" | "tool_use" | "max_tokens" | "refusal" | null;
            /** @description Always null, because Gemini does not report which stop sequence ended an answer. */
            stop_sequence: null;
            /** @description Details of a refusal. */
            stop_details: {
                /** @constant */
                type: "refusal";
                /** @description Kind of the refused content; unknown. */
                category: string | null;
                /** @description Why it was refused; unknown. */
                explanation: string | null;
            } | null;
            container: null;
            usage: components["schemas"]["MessageUsage"];
        };
        /** @description The answer begins. */
        MessageStartEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message_start";
            message: components["schemas"]["Message"];
        };
        /** @description A content block begins. */
        MessageBlockStartEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "content_block_start";
            /** @description Index of the block in the answer. */
            index: number;
            content_block: components["schemas"]["MessageBlock"];
        };
        /** @description The next part of a block; its type depends on the type of the block. */
        MessageBlockDelta: {
            /**
             * @description Type of the part.
             * @enum {string}
             */
            type: "text_delta" | "thinking_delta" | "signature_delta" | "input_json_delta" | "citations_delta";
            /** @description The next part of the text. */
            text?: string;
            /** @description The next part of the thinking. */
            thinking?: string;
            /** @description The whole signature of a thinking block, at its end. */
            signature?: string;
            /** @description The next part of the input, as JSON text. */
            partial_json?: string;
            citation?: components["schemas"]["MessageCitation"];
        };
        /** @description A content block continues. */
        MessageBlockDeltaEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "content_block_delta";
            /** @description Index of the block in the answer. */
            index: number;
            delta: components["schemas"]["MessageBlockDelta"];
        };
        /** @description A content block is complete. */
        MessageBlockStopEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "content_block_stop";
            /** @description Index of the block in the answer. */
            index: number;
        };
        /** @description The answer is complete. */
        MessageDeltaEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message_delta";
            /** @description The members of the message that are known at its end. */
            delta: {
                /**
                 * @description Why the answer ended.
                 * @enum {string}
                 */
                stop_reason: "end_turn" | "tool_use" | "max_tokens" | "refusal";
                stop_sequence: null;
                /** @description Details of a refusal. */
                stop_details: {
                    [key: string]: unknown;
                } | null;
                container: null;
            };
            usage: components["schemas"]["MessageUsage"];
        };
        /** @description The last event of an answer that is complete. */
        MessageStopEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message_stop";
        };
        /** @description Keeps the connection open. */
        MessagePingEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "ping";
        };
        /** @description Describes why a request failed, in Anthropic's format. */
        AnthropicError: {
            /**
             * @description Category of the error.
             * @enum {string}
             */
            type: "invalid_request_error" | "authentication_error" | "billing_error" | "permission_error" | "not_found_error" | "request_too_large" | "rate_limit_error" | "timeout_error" | "overloaded_error" | "api_error" | "not_supported";
            /** @description Human-readable explanation. Its wording may change. */
            message: string;
            /** @description Details for programs to compare. */
            details?: {
                /** @description Identifies the error, like `code` in an error of OpenAI's format. */
                error_code: string;
                /** @description Path of the parameter that caused the error, such as `messages[0].content`. */
                param?: string;
            };
        };
        /** @description One event of a streamed message; `type` determines its kind. */
        MessageStreamEvent: components["schemas"]["MessageStartEvent"] | components["schemas"]["MessageBlockStartEvent"] | components["schemas"]["MessageBlockDeltaEvent"] | components["schemas"]["MessageBlockStopEvent"] | components["schemas"]["MessageDeltaEvent"] | components["schemas"]["MessageStopEvent"] | components["schemas"]["MessagePingEvent"] | components["schemas"]["AnthropicErrorResponse"];
        /** @description One server-sent event, named after the `type` in its data. The last event is `message_stop`, or `error` if the answer is not complete; there is no `[DONE]`. `ping` events keep the connection open. */
        MessageServerSentEvent: {
            /** @enum {string} */
            event: "message_start" | "content_block_start" | "content_block_delta" | "content_block_stop" | "message_delta" | "message_stop" | "ping" | "error";
            data: string;
        };
        /** @description The parts of a request for a message that are input of the model. */
        MessageCountRequest: {
            /** @description ID of a model, with or without the prefix `claude-`. Other names of Claude models are served by the models that the operator has set (CLAUDE_MODELS). */
            model: string;
            /** @description The conversation. If its last message is the assistant's, the answer continues it. */
            messages: components["schemas"]["MessageParam"][];
            /** @description Instructions for the model. The attribution line that Claude Code sends is left out. */
            system?: string | components["schemas"]["MessageContentBlock"][] | null;
            /** @description Tools with an `input_schema`, and `web_search_*`, which Google's search replaces. Other tools are ignored. */
            tools?: components["schemas"]["MessageTool"][] | null;
            /** @description Which tools the model may or must call. */
            tool_choice?: components["schemas"]["MessageToolChoice"] | null;
            /** @description Whether the answer contains thinking blocks. If omitted, it contains none, even if the model thinks. */
            thinking?: components["schemas"]["MessageThinking"] | null;
            /** @description Effort and format of the answer. */
            output_config?: components["schemas"]["MessageOutputConfig"] | null;
        };
        /** @description Number of tokens of a request. */
        MessageTokenCount: {
            /** @description Tokens of the whole prompt, cached ones included. */
            input_tokens: number;
        };
        /** @description Images to make from a prompt. Parameters that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        ImageRequest: {
            /** @description What the images show. */
            prompt: string;
            /**
             * @description A model that makes images. `gemini-3.1-flash-image` if omitted. `GET /v1/models` lists the models.
             * @example gemini-3.1-flash-image
             */
            model?: string | null;
            /** @description Number of images; 1 if omitted. */
            n?: number | null;
            /**
             * @description Aspect ratio of the images: `auto`, a size in pixels such as `1536x1024`, which is mapped to the nearest aspect ratio that Gemini supports, or one of these ratios, such as `16:9`.
             * @example 1024x1024
             */
            size?: string | null;
            /**
             * @description Resolution: `low` and `standard` are `1K`, `medium` and `hd` are `2K`, `high` is `4K`; `auto` leaves it to the model. Gemini's sizes `512`, `1K`, `2K` and `4K` are accepted, too.
             * @example medium
             */
            quality?: string | null;
            /**
             * @description How an image is returned: as base64 (`b64_json`) or as a `data:` URL (`url`). `b64_json` if omitted.
             * @enum {string|null}
             */
            response_format?: "url" | "b64_json" | null;
            /**
             * @description Ignored. `output_format` of the response is the format that Gemini has generated.
             * @enum {string|null}
             */
            output_format?: "png" | "jpeg" | "webp" | null;
            /** @description Ignored. */
            output_compression?: number | null;
            /**
             * @description Gemini's images are opaque; `transparent` is rejected.
             * @enum {string|null}
             */
            background?: "transparent" | "opaque" | "auto" | null;
            /** @description Whether to stream the images as events. */
            stream?: boolean | null;
            /** @description Maximum number of drafts of each image in a stream. The model may draw none. */
            partial_images?: number | null;
            /** @description Identifier of the end user. Ignored. */
            user?: string | null;
            /**
             * @description Ignored.
             * @enum {string|null}
             */
            moderation?: "low" | "auto" | null;
            /**
             * @description Ignored.
             * @enum {string|null}
             */
            style?: "vivid" | "natural" | null;
        };
        /** @description One image, as base64 or as a `data:` URL. */
        ImageResult: {
            /** @description The image, base64. */
            b64_json?: string;
            /** @description The image as a `data:` URL. */
            url?: string;
        };
        /** @description Tokens of the request. `input_tokens` and `output_tokens` add up to `total_tokens`. */
        ImageUsage: {
            input_tokens: number;
            /** @description Generated tokens, including thinking. */
            output_tokens: number;
            total_tokens: number;
            input_tokens_details: {
                /** @description All tokens except those of images. */
                text_tokens: number;
                /** @description Tokens of images. */
                image_tokens: number;
            };
            output_tokens_details: {
                /** @description All tokens except those of images. */
                text_tokens: number;
                /** @description Tokens of images. */
                image_tokens: number;
            };
        };
        /** @description The images that a request has made. */
        ImagesResponse: {
            /** @description Unix time in seconds. */
            created: number;
            /** @description The images. Gemini may make more than `n`. */
            data: components["schemas"]["ImageResult"][];
            /**
             * @description Format of the images, if all have the same.
             * @enum {string}
             */
            output_format?: "png" | "jpeg" | "webp";
            /**
             * @description The requested quality, if the model has applied it.
             * @enum {string}
             */
            quality?: "low" | "medium" | "high";
            usage?: components["schemas"]["ImageUsage"];
        };
        /** @description A draft that the model has drawn before an image. */
        ImagePartialEvent: {
            /** @enum {string} */
            type: "image_generation.partial_image" | "image_edit.partial_image";
            /** @description The image, base64. */
            b64_json: string;
            /** @description Unix time in seconds. */
            created_at: number;
            /**
             * @description Gemini does not report the size.
             * @constant
             */
            size: "auto";
            /**
             * @description The requested quality if the model has applied it, otherwise `auto`.
             * @enum {string}
             */
            quality: "low" | "medium" | "high" | "auto";
            /** @constant */
            background: "auto";
            /**
             * @description Format of the image.
             * @enum {string}
             */
            output_format?: "png" | "jpeg" | "webp";
            /** @description Number of the draft, from 0. */
            partial_image_index: number;
        };
        /** @description An image. With several images there is one such event for each, in the order in which they are made. */
        ImageCompletedEvent: {
            /** @enum {string} */
            type: "image_generation.completed" | "image_edit.completed";
            /** @description The image, base64. */
            b64_json: string;
            /** @description Unix time in seconds. */
            created_at: number;
            /**
             * @description Gemini does not report the size.
             * @constant
             */
            size: "auto";
            /**
             * @description The requested quality if the model has applied it, otherwise `auto`.
             * @enum {string}
             */
            quality: "low" | "medium" | "high" | "auto";
            /** @constant */
            background: "auto";
            /**
             * @description Format of the image.
             * @enum {string}
             */
            output_format?: "png" | "jpeg" | "webp";
            usage: components["schemas"]["ImageUsage"];
        };
        /** @description The last event of a stream that broke. */
        ImageErrorEvent: {
            /** @constant */
            type: "error";
            error: components["schemas"]["ApiError"];
        };
        /** @description One event of a stream of images; `type` determines its kind. */
        ImageStreamEvent: components["schemas"]["ImagePartialEvent"] | components["schemas"]["ImageCompletedEvent"] | components["schemas"]["ImageErrorEvent"];
        /** @description One server-sent event, named after the `type` in its data. The last event is that of the last image, or `error`; there is no `[DONE]`. Comments between events are heartbeats, which keep the connection open. */
        ImageServerSentEvent: {
            /** @enum {string} */
            event: "image_generation.partial_image" | "image_generation.completed" | "image_edit.partial_image" | "image_edit.completed" | "error";
            data: string;
        };
        /** @description Images to edit, as a form with files. Parameters that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        ImageEditForm: {
            /** @description The images to edit, up to 16. The field name `image[]` is accepted, too. */
            image: UploadedFile | UploadedFile[];
            /**
             * Format: binary
             * @description Ignored.
             */
            mask?: UploadedFile;
            /** @description How to edit the images. */
            prompt: string;
            /**
             * @description A model that makes images. `gemini-3.1-flash-image` if omitted. `GET /v1/models` lists the models.
             * @example gemini-3.1-flash-image
             */
            model?: string | null;
            /** @description Number of images; 1 if omitted. */
            n?: number | null;
            /**
             * @description Aspect ratio of the images: `auto`, a size in pixels such as `1536x1024`, which is mapped to the nearest aspect ratio that Gemini supports, or one of these ratios, such as `16:9`.
             * @example 1024x1024
             */
            size?: string | null;
            /**
             * @description Resolution: `low` and `standard` are `1K`, `medium` and `hd` are `2K`, `high` is `4K`; `auto` leaves it to the model. Gemini's sizes `512`, `1K`, `2K` and `4K` are accepted, too.
             * @example medium
             */
            quality?: string | null;
            /**
             * @description How an image is returned: as base64 (`b64_json`) or as a `data:` URL (`url`). `b64_json` if omitted.
             * @enum {string|null}
             */
            response_format?: "url" | "b64_json" | null;
            /**
             * @description Ignored. `output_format` of the response is the format that Gemini has generated.
             * @enum {string|null}
             */
            output_format?: "png" | "jpeg" | "webp" | null;
            /** @description Ignored. */
            output_compression?: number | null;
            /**
             * @description Gemini's images are opaque; `transparent` is rejected.
             * @enum {string|null}
             */
            background?: "transparent" | "opaque" | "auto" | null;
            /** @description Whether to stream the images as events. */
            stream?: boolean | null;
            /** @description Maximum number of drafts of each image in a stream. The model may draw none. */
            partial_images?: number | null;
            /** @description Identifier of the end user. Ignored. */
            user?: string | null;
            /**
             * @description Ignored.
             * @enum {string|null}
             */
            input_fidelity?: "low" | "high" | null;
        };
        /** @description An image, by its address or its file ID. */
        ImageReference: {
            /** @description A `data:` URL or an https address. */
            image_url?: string;
            /** @description ID of a file. */
            file_id?: string;
        };
        /** @description Images to edit, as JSON. Parameters that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        ImageEditRequest: {
            /** @description The images to edit. */
            images: components["schemas"]["ImageReference"][];
            /** @description Ignored. */
            mask?: {
                [key: string]: unknown;
            } | null;
            /** @description How to edit the images. */
            prompt: string;
            /**
             * @description A model that makes images. `gemini-3.1-flash-image` if omitted. `GET /v1/models` lists the models.
             * @example gemini-3.1-flash-image
             */
            model?: string | null;
            /** @description Number of images; 1 if omitted. */
            n?: number | null;
            /**
             * @description Aspect ratio of the images: `auto`, a size in pixels such as `1536x1024`, which is mapped to the nearest aspect ratio that Gemini supports, or one of these ratios, such as `16:9`.
             * @example 1024x1024
             */
            size?: string | null;
            /**
             * @description Resolution: `low` and `standard` are `1K`, `medium` and `hd` are `2K`, `high` is `4K`; `auto` leaves it to the model. Gemini's sizes `512`, `1K`, `2K` and `4K` are accepted, too.
             * @example medium
             */
            quality?: string | null;
            /**
             * @description How an image is returned: as base64 (`b64_json`) or as a `data:` URL (`url`). `b64_json` if omitted.
             * @enum {string|null}
             */
            response_format?: "url" | "b64_json" | null;
            /**
             * @description Ignored. `output_format` of the response is the format that Gemini has generated.
             * @enum {string|null}
             */
            output_format?: "png" | "jpeg" | "webp" | null;
            /** @description Ignored. */
            output_compression?: number | null;
            /**
             * @description Gemini's images are opaque; `transparent` is rejected.
             * @enum {string|null}
             */
            background?: "transparent" | "opaque" | "auto" | null;
            /** @description Whether to stream the images as events. */
            stream?: boolean | null;
            /** @description Maximum number of drafts of each image in a stream. The model may draw none. */
            partial_images?: number | null;
            /** @description Identifier of the end user. Ignored. */
            user?: string | null;
            /**
             * @description Ignored.
             * @enum {string|null}
             */
            input_fidelity?: "low" | "high" | null;
            /**
             * @description Ignored.
             * @enum {string|null}
             */
            moderation?: "low" | "auto" | null;
        };
        /** @description Texts to convert into vectors. Parameters that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        EmbeddingRequest: {
            /**
             * @description ID of an embedding model, with or without the prefix `models/`. `GET /v1/models` lists the available models.
             * @example gemini-embedding-001
             */
            model: string;
            /** @description One text, or up to 2,048 texts. Token IDs (integers) are rejected with 400 `unsupported_value`, because they belong to OpenAI's tokenizer. */
            input: string | (string | number | number[])[];
            /** @description Length of the vectors, up to 3,072. Defaults to the model's own length. Shortened vectors are returned as Gemini computes them; those of `gemini-embedding-001` are not normalized. */
            dimensions?: number | null;
            /**
             * @description Encoding of the vectors; `float` if omitted. OpenAI's SDKs request `base64` by default, and decode it themselves.
             * @enum {string|null}
             */
            encoding_format?: "float" | "base64" | null;
            /** @description Identifier of the end user. */
            user?: string | null;
        };
        /** @description The vector of one text. */
        Embedding: {
            /** @constant */
            object: "embedding";
            /** @description Index of the text in `input`. */
            index: number;
            /** @description An array of numbers, or with `base64` the same numbers as little-endian 32-bit floats. */
            embedding: number[] | string;
        };
        /** @description Tokens of all texts, as counted by Gemini. 0 if Gemini did not report them. */
        EmbeddingUsage: {
            prompt_tokens: number;
            total_tokens: number;
        };
        /** @description One vector for each text. */
        EmbeddingResponse: {
            /** @constant */
            object: "list";
            /** @description The requested model. */
            model: string;
            /** @description The vectors, in the order of the texts. */
            data: components["schemas"]["Embedding"][];
            usage: components["schemas"]["EmbeddingUsage"];
        };
        /** @description A text to speak. Parameters that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. `null` has the same effect as omitting an optional property. */
        SpeechRequest: {
            /**
             * @description ID of a speech model, such as `gemini-3.8-flash-tts`. OpenAI's names, such as `tts-1`, work if the operator has mapped them with `MODEL_ALIASES`.
             * @example gemini-3.8-flash-tts
             */
            model: string;
            /** @description The text. OpenAI allows 4,096 characters; Gemini reads up to 8,192 tokens, and speaks for about ten minutes at most. */
            input: string;
            /**
             * @description A voice of Gemini, such as `Kore`, in any letter case, or one of OpenAI's names, which are mapped to voices of Gemini: `alloy`, `ash`, `ballad`, `cedar`, `coral`, `echo`, `fable`, `marin`, `nova`, `onyx`, `sage`, `shimmer`, `verse`. Custom voices are rejected with 400 `unsupported_value`.
             * @example alloy
             */
            voice: string | {
                id: string;
            };
            /** @description How to speak, such as `Warm and slowly`. */
            instructions?: string | null;
            /**
             * @description `wav` (the default, unlike at OpenAI) or `pcm`. Gemini cannot generate other formats: they are rejected with 400 `unsupported_value`.
             * @enum {string|null}
             */
            response_format?: "mp3" | "opus" | "aac" | "flac" | "wav" | "pcm" | null;
            /** @description Ignored, unless it is 1. Describe the pace in `instructions` instead. */
            speed?: number | null;
            /**
             * @description `audio` (the default) for the bytes, `sse` for events with pieces of base64.
             * @enum {string|null}
             */
            stream_format?: "audio" | "sse" | null;
        };
        /**
         * Format: binary
         * @description Audio: signed 16-bit samples, little-endian, one channel, at 24,000 samples per second. `audio/wav` is a file with a header; `audio/pcm` consists of raw samples, and the parameter `rate` is the number of samples per second. The examples are in base64.
         */
        AudioBytes: UploadedFile;
        /** @description The event `speech.audio.delta`. */
        SpeechAudioDelta: {
            /** @constant */
            type: "speech.audio.delta";
            /** @description The next piece, in base64. `wav` is sent as a single piece. */
            audio: string;
        };
        /** @description The event `speech.audio.done`. */
        SpeechAudioDone: {
            /** @constant */
            type: "speech.audio.done";
            usage: {
                input_tokens: number;
                output_tokens: number;
                total_tokens: number;
            };
        };
        /** @description One event of streamed speech. */
        SpeechStreamEvent: components["schemas"]["SpeechAudioDelta"] | components["schemas"]["SpeechAudioDone"];
        /** @description One server-sent event of speech: a piece, the end with the usage, or the error that ends a stream after it has started. Comments between events are heartbeats, which keep the connection open. */
        SpeechServerSentEvent: {
            id?: string;
            event?: string;
            retry?: number;
            data: string;
        };
        /** @description A recording to transcribe. Fields that Gemini does not support are not forwarded; the `x-gemini-proxy-ignored-params` header of the response lists them. */
        TranscriptionRequest: {
            /**
             * Format: binary
             * @description The recording: WAV, MP3, FLAC, Ogg, AAC or AIFF, and for `gemini-3.5-transcribe` also M4A, MP4 and WebM. The format is detected from the first bytes, not from the file name. Only WAV and MP3 without Gemini's native API.
             */
            file: UploadedFile;
            /**
             * @description `gemini-3.5-transcribe`, or a chat model that accepts audio. OpenAI's names, such as `whisper-1`, work if the operator has mapped them with `MODEL_ALIASES`.
             * @example gemini-3.5-transcribe
             */
            model: string;
            /** @description Language of the speech, as in ISO 639-1 or BCP 47, such as `en`. */
            language?: string;
            /** @description Possible languages of the speech. */
            languages?: string[];
            /** @description Words and names to expect. Cannot be combined with formats that have timestamps. */
            keywords?: string[];
            /** @description Context, such as the text before the recording: it helps to spell names, and is not an instruction. `gemini-3.5-transcribe` ignores it. */
            prompt?: string;
            /**
             * @description `json` if omitted.
             * @enum {string}
             */
            response_format?: "json" | "text" | "srt" | "verbose_json" | "vtt" | "diarized_json";
            temperature?: number;
            /** @description Whether words or segments have timestamps in `verbose_json`; `segment` if omitted. */
            timestamp_granularities?: ("word" | "segment")[];
            /** @description Streams the text as events, for `json` and `text`. */
            stream?: boolean;
            /** @description Rejected, because Gemini returns no log probabilities of a transcript. */
            include?: "logprobs"[];
            /** @description Ignored. Gemini processes the recording as a whole. */
            chunking_strategy?: string | {
                [key: string]: unknown;
            };
            /** @description Rejected, because Gemini cannot recognize given speakers. */
            known_speaker_names?: string[];
            /** @description Rejected, because Gemini cannot recognize given speakers. */
            known_speaker_references?: string[];
        };
        TranscribedWord: {
            word: string;
            /** @description In seconds. */
            start: number;
            /** @description In seconds. */
            end: number;
        };
        /** @description A sentence, or a part of a long one. Its times are those of its first and last word. Gemini does not report the members of OpenAI's segments that are about its decoding: they are 0 or empty. */
        TranscribedSegment: {
            /**
             * @description In `diarized_json` only.
             * @constant
             */
            type?: "transcript.text.segment";
            /** @description Number of the segment, from 0; in `diarized_json` a string. */
            id: number | string;
            /** @description In seconds. */
            start: number;
            /** @description In seconds. */
            end: number;
            text: string;
            /** @description `A`, `B` and so on; in `diarized_json` only. */
            speaker?: string;
            seek?: number;
            tokens?: number[];
            temperature?: number;
            avg_logprob?: number;
            compression_ratio?: number;
            no_speech_prob?: number;
        };
        /** @description Token counts, if Gemini has reported them. */
        TranscriptionUsage: {
            /** @constant */
            type: "tokens";
            input_tokens: number;
            input_token_details?: {
                audio_tokens?: number;
                text_tokens?: number;
            };
            output_tokens: number;
            total_tokens: number;
        };
        /** @description The transcript. `json` has `text` and `usage`; the other members are those of `verbose_json` and `diarized_json`. */
        Transcription: {
            /** @constant */
            task?: "transcribe";
            /** @description Language of the speech, as a BCP 47 tag. Present only if the client or Gemini has specified it. */
            language?: string;
            /** @description Length of the recording, in seconds. Present only if the file contains it, as a WAV file does. */
            duration?: number;
            /** @description The transcribed text; empty for a recording without speech. */
            text: string;
            words?: components["schemas"]["TranscribedWord"][];
            segments?: components["schemas"]["TranscribedSegment"][];
            usage?: components["schemas"]["TranscriptionUsage"];
        };
        /** @description The event `transcript.text.delta`. */
        TranscriptTextDelta: {
            /** @constant */
            type: "transcript.text.delta";
            /** @description The next piece of the text. */
            delta: string;
        };
        /** @description The event `transcript.text.done`. */
        TranscriptTextDone: {
            /** @constant */
            type: "transcript.text.done";
            /** @description The whole text. */
            text: string;
            usage?: components["schemas"]["TranscriptionUsage"];
        };
        /** @description One event of a streamed transcription. */
        TranscriptionStreamEvent: components["schemas"]["TranscriptTextDelta"] | components["schemas"]["TranscriptTextDone"];
        /** @description One server-sent event of a transcription: a piece of the text, the end with the whole text, or the error that ends a stream after it has started. Comments between events are heartbeats, which keep the connection open. */
        TranscriptionServerSentEvent: {
            id?: string;
            event?: string;
            retry?: number;
            data: string;
        };
        /** @description An uploaded file. */
        OpenAIFile: {
            /** @description Identifies the file for its caller. */
            id: string;
            /** @constant */
            object: "file";
            /** @description The size of the file. */
            bytes: number;
            /** @description When the file was created, in seconds since 1970. */
            created_at: number;
            /** @description When Gemini deletes the file, 48 hours later, in seconds since 1970. */
            expires_at?: number;
            filename: string;
            /** @enum {string} */
            purpose: "assistants" | "vision" | "user_data";
            /**
             * @description Only a `processed` file can be used. `error` means that Gemini could not read the file.
             * @enum {string}
             */
            status: "uploaded" | "processed" | "error";
        };
        /** @description Files of the caller. */
        FileList: {
            /** @constant */
            object: "list";
            data: components["schemas"]["OpenAIFile"][];
            /** @description The id of the first file of the list; null for an empty list. */
            first_id: string | null;
            /** @description The id of the last file of the list, for `after`. */
            last_id: string | null;
            has_more: boolean;
        };
        /** @description A form with a file. */
        CreateFileRequest: {
            /**
             * Format: binary
             * @description The file, with its name. Its media type is taken from the form part, otherwise from the file name or the first bytes. Its size is limited by the size of request bodies (`BODY_LIMIT_BYTES`).
             */
            file: UploadedFile;
            /**
             * @description Purpose of the file. `batch`, `fine-tune` and `evals` are rejected with 400 `unsupported_value`, because this proxy does not offer these features; all other values have the same effect.
             * @enum {string}
             */
            purpose: "assistants" | "batch" | "fine-tune" | "vision" | "user_data" | "evals";
            /** @description Accepted without effect, and listed as ignored. Gemini deletes every file after 48 hours. */
            expires_after?: {
                /** @constant */
                anchor: "created_at";
                seconds: number;
            };
        };
        /** @description Confirms the deletion of a file. */
        DeletedFile: {
            id: string;
            /** @constant */
            object: "file";
            /** @constant */
            deleted: true;
        };
        /** @description An available model. Properties after `owned_by` are extensions. */
        Model: {
            /** @description ID without the prefix `models/`. */
            id: string;
            /** @constant */
            object: "model";
            /** @description Release time, as Unix time in seconds. */
            created: number;
            owned_by: string;
            /** @description Human-readable name. */
            display_name?: string;
            /** @description Maximum number of input tokens, or null if unknown. */
            context_window: number | null;
            /** @description Maximum number of output tokens, or null if unknown. */
            max_output_tokens: number | null;
            /** @description Kinds of input, such as text, image, audio, video and file. */
            input_modalities?: string[];
            /** @description Values of `reasoning_effort` that the model supports. Empty if the model does not think or its levels are unknown. */
            thinking_levels: string[];
            /** @description Whether Google has retired the model or announced its retirement. */
            retired: boolean;
            /** @description The model that is used instead after the retirement. */
            replacement: string | null;
        };
        /** @description The available models. */
        ModelList: {
            /** @constant */
            object: "list";
            data: components["schemas"]["Model"][];
        };
        /** @description A model in Anthropic's format. */
        AnthropicModel: {
            /** @constant */
            type: "model";
            /** @description ID of the model. With the prefix `claude-`, Claude Code offers it in its list of models. */
            id: string;
            /** @description Human-readable name. */
            display_name: string;
            /** @description Day of the release, as an RFC 3339 timestamp. */
            created_at: string;
            /** @description Size of the context window; null if unknown. */
            max_input_tokens: number | null;
            /** @description Maximum number of output tokens; null if unknown. */
            max_tokens: number | null;
            capabilities: null;
            /**
             * @description Whether Google has retired the model.
             * @enum {string}
             */
            lifecycle: "active" | "retired";
            deprecated_at: null;
            retires_at: null;
            line: null;
        };
        /** @description The available models in Anthropic's format, on one page. */
        AnthropicModelList: {
            /** @description The models; current ones also with the prefix `claude-`. */
            data: components["schemas"]["AnthropicModel"][];
            /** @constant */
            has_more: false;
            /** @description ID of the first model. */
            first_id: string | null;
            /** @description ID of the last model. */
            last_id: string | null;
        };
        /** @description A request in Google's format, which is passed on unchanged. Members that are not listed here are passed on, too. See https://ai.google.dev/api/generate-content. */
        GenerateContentRequest: {
            /** @description The conversation, each turn with its `role` and `parts`. */
            contents?: {
                [key: string]: unknown;
            }[];
            /** @description Instructions for the model, as `parts` with text. */
            systemInstruction?: {
                [key: string]: unknown;
            };
            /** @description Functions that the model may call, and tools of Google. */
            tools?: {
                [key: string]: unknown;
            }[];
            /** @description Parameters such as `maxOutputTokens`, `temperature` and `thinkingConfig`. */
            generationConfig?: {
                [key: string]: unknown;
            };
        };
        /** @description An answer in Google's format, or the part of it in one event. It is passed on unchanged. */
        GenerateContentResponse: {
            /** @description The answers. Absent if the prompt is blocked. */
            candidates?: {
                [key: string]: unknown;
            }[];
            /** @description Why the prompt is blocked. */
            promptFeedback?: {
                [key: string]: unknown;
            };
            /** @description Token counts; in a stream those of the answer so far. */
            usageMetadata?: {
                [key: string]: unknown;
            };
            /** @description The model that answered. */
            modelVersion?: string;
            responseId?: string;
        };
        /** @description Describes why a request failed, in Google's format. */
        GoogleError: {
            /** @description The HTTP status. In Google's Interactions API a string, such as `rate_limit_exceeded`. */
            code: number | string;
            /** @description Human-readable explanation. Its wording may change. */
            message: string;
            /**
             * @description Category of the error. Google's Interactions API itself does not send this property.
             * @enum {string}
             */
            status?: "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "UNAUTHENTICATED" | "PERMISSION_DENIED" | "NOT_FOUND" | "UNIMPLEMENTED" | "RESOURCE_EXHAUSTED" | "INTERNAL" | "UNAVAILABLE" | "DEADLINE_EXCEEDED";
            /** @description An `ErrorInfo` whose `reason` identifies the error, like `code` in an error of OpenAI's format; a `RetryInfo` if a later retry makes sense. */
            details?: {
                "@type": string;
            }[];
        };
        /** @description The stream as a JSON array, which is sent element by element. If the stream breaks, the last element is an error. */
        GenerateContentArray: (components["schemas"]["GoogleErrorResponse"] | components["schemas"]["GenerateContentResponse"])[];
        /** @description One server-sent event of Google: a part of the answer. The lines end with CRLF, and no marker ends the stream. A stream that breaks ends with an error as bare JSON, which is not part of an event. */
        GenerateContentStreamEvent: {
            data: string;
        };
        /** @description Either `contents`, or a whole request with system instruction and tools. It is passed on unchanged. */
        CountTokensRequest: {
            contents?: {
                [key: string]: unknown;
            }[];
            /** @description A request for `generateContent`, with `model`. */
            generateContentRequest?: {
                [key: string]: unknown;
            };
        };
        /** @description The number of tokens. It is passed on unchanged. */
        CountTokensResponse: {
            totalTokens?: number;
        };
        /** @description A text to embed, which is passed on unchanged. */
        EmbedContentRequest: {
            /** @description Optional. The model in the URL, with the prefix `models/`. */
            model?: string;
            /** @description The text, as `parts`. */
            content?: {
                [key: string]: unknown;
            };
            outputDimensionality?: number;
        };
        /** @description The vector. It is passed on unchanged. */
        EmbedContentResponse: {
            embedding?: {
                [key: string]: unknown;
            };
        };
        /** @description Up to 100 requests for `embedContent`, each with `model`. It is passed on unchanged. */
        BatchEmbedContentsRequest: {
            requests?: components["schemas"]["EmbedContentRequest"][];
        };
        /** @description One vector for each request, in their order. It is passed on unchanged. */
        BatchEmbedContentsResponse: {
            embeddings?: {
                [key: string]: unknown;
            }[];
        };
        /** @description A request of Google's Interactions API, which is passed on unchanged. Members that are not listed here are passed on, too. See https://ai.google.dev/api/interactions-api. */
        InteractionRequest: {
            /** @description The model, or a name that the operator has configured. A request has either `model` or `agent`. */
            model?: string;
            /** @description The agent. */
            agent?: string;
            /** @description A text, or a list of contents or steps. */
            input?: unknown;
            /** @description The interaction to continue. The request is sent with the Gemini key that created it. */
            previous_interaction_id?: string;
            /** @description Whether the answer is an event stream. */
            stream?: boolean;
            /** @description Whether the answer is generated in the background and read by its `id`. */
            background?: boolean;
            /** @description Whether Google stores the interaction. If omitted, it does. */
            store?: boolean;
        };
        /** @description An interaction in Google's format, or the part of it in an event of its stream. It is passed on unchanged. See https://ai.google.dev/api/interactions-api. */
        Interaction: {
            /** @description Identifies the interaction. Absent if the interaction is not stored. */
            id?: string;
            /** @description Status, such as `completed`, `in_progress`, `requires_action` or `failed`. */
            status?: string;
            /** @description The model that answered. */
            model?: string;
            /** @description The thoughts, calls and outputs of the answer. */
            steps?: {
                [key: string]: unknown;
            }[];
            /** @description Token counts. */
            usage?: {
                [key: string]: unknown;
            };
        };
        /** @description The data of an event. It is passed on unchanged, except for errors. */
        InteractionEvent: {
            event_type?: string;
            /** @description ID of the event. As `last_event_id`, it continues the stream after this event. */
            event_id?: string;
            interaction?: components["schemas"]["Interaction"];
            /** @description Why the stream ends. */
            error?: {
                [key: string]: unknown;
            };
        };
        /** @description One server-sent event of Google's Interactions API; the data of the last one is `[DONE]`. A stream that breaks ends with one event `error` instead. */
        InteractionStreamEvent: {
            /** @description The type of the event, such as `step.delta`. */
            event?: string;
            data: string | "[DONE]";
        };
        /** @description A model as Google describes it. It is passed on unchanged. */
        GoogleModel: {
            /** @description The ID with the prefix `models/`. */
            name?: string;
            displayName?: string;
            inputTokenLimit?: number;
            outputTokenLimit?: number;
            supportedGenerationMethods?: string[];
        };
        /** @description One page of the models that Google lists. It is passed on unchanged. */
        GoogleModelList: {
            models?: components["schemas"]["GoogleModel"][];
            /** @description The `pageToken` of the next page; absent on the last page. */
            nextPageToken?: string;
        };
        /** @description State of the server instance. */
        Health: {
            /** @constant */
            status: "ok";
            /** @description Version of Gemini Proxy. */
            version: string;
            /** @description Number of available models. */
            models: number;
            /** @description Names of the enabled features. */
            features: string[];
            /** @description Whether a bearer token is required. */
            auth: boolean;
            uptime_seconds: number;
            /** @description Number of requests in progress. */
            in_flight: number;
            /** @description The last success and the last failure of this instance's requests to Gemini. Each is null until it has occurred. */
            upstream: {
                /** @description When Gemini last answered, as Unix time in seconds. */
                last_ok: number | null;
                last_error: {
                    /** @description `error.code` of the failure, such as `upstream_auth_error`. */
                    code: string;
                    /** @description When the failure occurred, as Unix time in seconds. */
                    at: number;
                } | null;
            };
        };
        /** @description Shows that the process responds. */
        Liveness: {
            /** @constant */
            status: "ok";
        };
        /** @description An OpenAPI document. */
        OpenApiDocument: {
            openapi: string;
            info: {
                [key: string]: unknown;
            };
            paths: {
                [key: string]: unknown;
            };
        };
        /** @description The paths of this server that a client needs first. They start at the address of the server. */
        ServerInfo: {
            /** @constant */
            name: "Gemini Proxy";
            /** @description Version of Gemini Proxy. */
            version: string;
            /** @description Path of the base URL for OpenAI clients. */
            base_url: string;
            /** @description Path of the API reference. */
            docs: string;
            /** @description Path of the OpenAPI document. */
            openapi: string;
            /** @description Path of the health check. */
            health: string;
        };
        /** @description A failure of Gemini. */
        ConsoleUpstreamError: {
            /** @description The error code of this proxy. */
            code: string;
            /** @description Gemini's message, without secrets. */
            message: string;
            /** @description When the failure occurred, in Unix milliseconds. */
            at: number;
        };
        /** @description The last answer and the last failure of Gemini. */
        ConsoleUpstream: {
            /** @description When Gemini last answered a request, in Unix milliseconds; null if it has not. */
            last_ok: number | null;
            /** @description The last failure; null if there was none. */
            last_error: components["schemas"]["ConsoleUpstreamError"] | null;
        };
        /** @description One setting. */
        ConsoleSetting: {
            /** @description Environment variable. */
            name: string;
            /** @description Value in use, or null if there is none. A secret is `set` or `unset`; passwords in URLs are hidden. */
            value: string | null;
            /** @description Whether the value is the default. */
            is_default: boolean;
            /** @description Whether the value is hidden. */
            is_secret: boolean;
            /** @description Effect of the setting. */
            meaning: string;
        };
        /** @description The cooldown of a key for one model. */
        ConsoleCooldown: {
            model: string;
            /** @description End of the cooldown, in Unix milliseconds. */
            until: number;
            /** @description Whether a daily quota is used up. */
            is_daily: boolean;
        };
        /** @description The state of one Gemini API key. The object does not contain the key. */
        ConsoleKey: {
            /** @description Position in `GEMINI_API_KEY`, from 1. */
            position: number;
            /** @description The last four characters; empty for a short key. */
            end: string;
            /**
             * @description Whether the key is usable, in cooldown for at least one model, or disabled.
             * @enum {string}
             */
            state: "ok" | "cooldown" | "disabled";
            /** @description When a disabled key is tried again, in Unix milliseconds. */
            disabled_until: number | null;
            /** @description Models for which the key is in cooldown after a 429. */
            cooldowns: components["schemas"]["ConsoleCooldown"][];
            /** @description When Gemini last answered a request with this key, in Unix milliseconds. */
            last_ok_at: number | null;
            /** @description The last failure of a request with this key. */
            last_error: components["schemas"]["ConsoleUpstreamError"] | null;
        };
        /** @description An available model. */
        ConsoleModel: {
            id: string;
            /** @enum {string} */
            kind: "chat" | "embedding" | "speech" | "transcription";
            /** @description Whether Google has retired the model or announced its retirement. */
            retired: boolean;
            /** @description The model that is used instead after the retirement. */
            replacement: string | null;
            /** @description Values of `reasoning_effort` that the model supports. */
            levels?: string[];
        };
        /** @description State of the server instance, for the console. */
        ConsoleStatus: {
            /** @description Version of Gemini Proxy. */
            version: string;
            /** @description Version of Node.js. */
            node: string;
            /** @description Start of the process, in Unix milliseconds. */
            started_at: number;
            uptime_seconds: number;
            /** @description Number of requests in progress. */
            in_flight: number;
            /** @description Number of open event streams. */
            streams: number;
            /** @description Whether the API requires a bearer token. */
            auth: boolean;
            upstream: components["schemas"]["ConsoleUpstream"];
            /** @description Names of the enabled features. */
            features: string[];
            /** @description All settings, in the order of the documentation. */
            settings: components["schemas"]["ConsoleSetting"][];
            /** @description The Gemini API keys, in the order of `GEMINI_API_KEY`. */
            keys: components["schemas"]["ConsoleKey"][];
            models: components["schemas"]["ConsoleModel"][];
        };
        /** @description One finished request. Properties that do not apply are absent. The object contains no body, token or key. */
        ConsoleRequest: {
            /** @description When the request ended, in Unix milliseconds. */
            at: number;
            request_id: string;
            method: string;
            /** @description The `operationId`; absent if the request matches no operation. */
            operation?: string;
            /** @description The template of the path, such as `/v1/models/{model}`. */
            route?: string;
            /** @description For 404 and 405, a known path, otherwise the first segment of the path or `other`. */
            path?: string;
            /** @description Name of the token of the caller, or a short hash; absent if no token is required. */
            caller?: string;
            /** @description The model that the client named. */
            model?: string;
            /** @description The Gemini model that answered, if it is not the requested one. */
            served_model?: string;
            /** @description Whether the client requested a stream. */
            stream: boolean;
            /** @description Whether the client reconnected to a stream or requested a stored answer. */
            resumed?: boolean;
            /** @description Attempts of upstream calls. */
            attempts?: number;
            /** @description Attempts after the first one of each upstream call. */
            repeats?: number;
            /** @description Upstream calls that continued a long answer. Each is an attempt. */
            continuations?: number;
            /** @description The last four characters of the Gemini key that was used last. */
            key?: string;
            /** @description Names of the repairs that changed the request or the answer. */
            repairs?: string[];
            /** @description The status that was sent, or 499 if the client disconnected before the end. */
            status: number;
            duration_ms: number;
            /** @description Time to the first event of a stream. */
            first_byte_ms?: number;
            prompt_tokens?: number;
            /** @description Includes `reasoning_tokens`. */
            completion_tokens?: number;
            reasoning_tokens?: number;
            /** @description Part of `prompt_tokens`. */
            cached_tokens?: number;
            /** @description Prompt tokens of all upstream calls; present if `continuations` is present. */
            billed_prompt_tokens?: number;
            /** @description Part of `billed_prompt_tokens`. */
            billed_cached_tokens?: number;
            /** @description The repair that ended the answer with `length`, although Gemini could continue it. */
            ended_by?: string;
            error_type?: string;
            error_code?: string;
            /** @description The parameter that caused a 400. */
            param?: string;
            /** @description Whether the client disconnected before the end. */
            cancelled: boolean;
        };
        /** @description The latest requests. */
        ConsoleRequestList: {
            requests: components["schemas"]["ConsoleRequest"][];
        };
        /** @description Usage of one model by one caller. */
        ConsoleUsageRow: {
            /** @description Name of the caller; null if no token is required. */
            caller: string | null;
            model: string;
            requests: number;
            errors: number;
            prompt_tokens: number;
            /** @description Includes `reasoning_tokens`. */
            completion_tokens: number;
            reasoning_tokens: number;
            /** @description Part of `prompt_tokens`. */
            cached_tokens: number;
            /** @description Estimated costs; null if none is known. A lower bound if `unpriced_requests` or `uncounted_requests` is not 0. */
            cost: number | null;
            /** @constant */
            currency: "USD";
            /** @description Requests with tokens of which at least a part has no known price. */
            unpriced_requests: number;
            /** @description Requests that Gemini may have billed although it did not report their tokens to the proxy. */
            uncounted_requests: number;
        };
        /** @description How often one error occurred. */
        ConsoleErrorCount: {
            /** @description Code of the error; null if no token was sent. */
            code: string | null;
            status: number;
            caller: string | null;
            model: string | null;
            count: number;
            /** @description When the error occurred last, in Unix milliseconds. */
            last_at: number;
        };
        /** @description Usage and errors since the start of the server instance. */
        ConsoleUsage: {
            /** @description When counting began, in Unix milliseconds. */
            since: number;
            /**
             * Format: date
             * @description Day of the price table.
             */
            prices_as_of: string;
            rows: components["schemas"]["ConsoleUsageRow"][];
            errors: components["schemas"]["ConsoleErrorCount"][];
        };
        /** @description One sample. */
        ConsoleSample: {
            /** @description End of the sample, in Unix milliseconds. */
            at: number;
            /** @description Requests that ended. */
            requests: number;
            /** @description Requests that failed, for any reason; cancelled requests do not count as failures. */
            errors: number;
            /** @description Median duration of the requests; null if there were no requests. */
            p50_ms: number | null;
            p90_ms: number | null;
            p99_ms: number | null;
            /** @description Open event streams at the end of the sample. */
            streams: number;
            /** @description Requests in progress at the end of the sample. */
            in_flight: number;
            /** @description Memory of the process, in MiB. */
            rss_mb: number;
            /** @description Longest delay of the event loop; null if unknown, as before a freeze of the instance. */
            loop_delay_ms: number | null;
        };
        /** @description The load of the last 15 minutes. */
        ConsoleSeries: {
            /**
             * @description Length of a sample.
             * @constant
             */
            interval_ms: 5000;
            samples: components["schemas"]["ConsoleSample"][];
        };
        /** @description One text in two languages. */
        LocalizedText: {
            /** @description English. */
            en: string;
            /** @description Chinese. */
            zh: string;
        };
        /** @description One check. */
        ConsoleCheck: {
            id: string;
            title: components["schemas"]["LocalizedText"];
        };
        /** @description The checks. */
        ConsoleCheckList: {
            checks: components["schemas"]["ConsoleCheck"][];
        };
        /** @description The result of a check. */
        ConsoleCheckResult: {
            id: string;
            /** @enum {string} */
            status: "ok" | "warning" | "failed" | "skipped";
            message: components["schemas"]["LocalizedText"];
            /** @description What the operator should do; null if there is nothing to do. */
            next_step: components["schemas"]["LocalizedText"] | null;
            duration_ms: number;
        };
    };
    responses: {
        /** @description The request does not match this API description, or Gemini refuses its content. */
        BadRequest: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The bearer token is missing or not accepted. */
        Unauthorized: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The model, stream, response, file or URL does not exist. */
        NotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The URL exists, but does not support this method. */
        MethodNotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The request body is larger than the limit, or has more values. */
        PayloadTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The operation does not accept the `Content-Type` or the `Content-Encoding` of the request. */
        UnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A rate limit or a quota is exhausted. */
        TooManyRequests: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A bug in this proxy. */
        InternalError: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Gemini failed, or it rejects the API key or the region of this proxy. */
        BadGateway: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Gemini or this server instance is overloaded, or the instance is shutting down. */
        ServiceUnavailable: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfterAlways"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Gemini did not respond in time. */
        GatewayTimeout: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A request to open a WebSocket, which is not supported. The connection is closed. Codex then continues with POST requests. */
        UpgradeRequired: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The request does not match this API description, or Gemini refuses its content. */
        AnthropicBadRequest: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The token is missing or not accepted. */
        AnthropicUnauthorized: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The model or URL does not exist. */
        AnthropicNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The URL exists, but does not support this method. */
        AnthropicMethodNotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                Allow: components["headers"]["Allow"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The request body is larger than the limit, or has more values. */
        AnthropicPayloadTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The operation does not accept the `Content-Type` or the `Content-Encoding` of the request. */
        AnthropicUnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description A rate limit or a quota is exhausted. */
        AnthropicTooManyRequests: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description A bug in this proxy. */
        AnthropicInternalError: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description Gemini failed, or it rejects the API key or the region of this proxy. */
        AnthropicBadGateway: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description Gemini did not respond in time. */
        AnthropicGatewayTimeout: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description Gemini or this server instance is overloaded, or the instance is shutting down. */
        AnthropicOverloaded: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfterAlways"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The configured Gemini API does not support this operation. */
        AnthropicNotSupported: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["AnthropicErrorResponse"];
            };
        };
        /** @description The request is not valid, or Gemini refuses its content. If Gemini refuses the content, the body is Google's. */
        GoogleBadRequest: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The token is missing or not accepted. */
        GoogleUnauthorized: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The model, the URL, or a resource at Google that the request refers to does not exist. */
        GoogleNotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The URL exists, but does not support this method. */
        GoogleMethodNotAllowed: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                Allow: components["headers"]["Allow"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The request body is larger than the limit, or has more values. */
        GooglePayloadTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The operation does not accept the `Content-Type` or the `Content-Encoding` of the request. */
        GoogleUnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description A rate limit or a quota is exhausted. */
        GoogleTooManyRequests: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description A bug in this proxy. */
        GoogleInternalError: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description Gemini failed, or it rejects the API key or the region of this proxy. */
        GoogleBadGateway: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description Gemini or this server instance is overloaded, or the instance is shutting down. */
        GoogleServiceUnavailable: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfterAlways"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description Gemini did not answer in time. */
        GoogleGatewayTimeout: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "x-should-retry": components["headers"]["ShouldRetry"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GoogleErrorResponse"];
            };
        };
        /** @description The client's copy is still current. */
        NotModified: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                etag: components["headers"]["ETag"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The admin token is missing, not accepted, or not configured. */
        ConsoleUnauthorized: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /**
         * @description `true` makes the stream resumable: its events have IDs, and generation continues for some time after the connection drops. `false` turns this off if the operator has made all streams resumable. Other values are ignored.
         * @example true
         */
        StreamResume: string;
        /**
         * @description ID of the last event that the client received. The response contains the later events of the stream, including those that are still being generated. A request with this header never starts a new generation.
         * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
         */
        LastEventId: string;
        /**
         * @description ID of the model, percent-encoded, or a name that the operator has configured.
         * @example gemini-3.8-flash
         */
        GoogleModel: string;
        /**
         * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
         * @example json
         */
        GoogleAlt: "json" | "json;enum-encoding=int" | "json;enum-encoding=string";
        /**
         * @description Whether Google adds line breaks to JSON. The value is passed on.
         * @example false
         */
        GooglePrettyPrint: "true" | "false";
        /**
         * @description ID of the embedding model, percent-encoded, or a name that the operator has configured.
         * @example gemini-embedding-001
         */
        GoogleEmbeddingModel: string;
        /**
         * @description The response format, by Google's name for it. The value is passed on. It does not select a stream; `stream` does.
         * @example json
         */
        InteractionAlt: "json" | "sse";
        /**
         * @description The revision of Google's Interactions API, a date, which determines the format of responses and events. The value is passed on; without it Google uses its current revision.
         * @example 2026-05-20
         */
        ApiRevision: string;
        /**
         * @description The `id` of the interaction. The request is sent to Google with the Gemini key that created the interaction.
         * @example v1_ChdDMlBqYWVxX0dyVEc
         */
        InteractionId: string;
        /**
         * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
         * @example "3q2-7wAbc0f1d2e3"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description ID of this request, also in the server log. Quote it in bug reports.
         * @example req_5f2b8c1e9a7d4036b1c2
         */
        RequestId: string;
        /**
         * @description Comma-separated names of the parameters that were accepted but not forwarded to Gemini.
         * @example logit_bias, store
         */
        IgnoredParams: string;
        /**
         * @description The model that generated the answer, if it is not the requested one.
         * @example gemini-3.8-flash
         */
        AnsweringModel: string;
        /**
         * @description Maximum number of requests per minute for this caller. Sent only if the operator has set a limit.
         * @example 60
         */
        RateLimitLimit: number;
        /**
         * @description Number of requests left for this caller in the current minute.
         * @example 59
         */
        RateLimitRemaining: number;
        /**
         * @description Time until the limit resets.
         * @example 42s
         */
        RateLimitReset: string;
        /**
         * @description Seconds until the limit resets.
         * @example 42
         */
        RateLimitResetSeconds: number;
        /**
         * @description The required authentication scheme.
         * @example Bearer
         */
        WwwAuthenticate: string;
        /**
         * @description Methods that the URL supports.
         * @example GET, HEAD
         */
        Allow: string;
        /**
         * @description Seconds to wait before a retry. Absent if waiting does not help.
         * @example 34
         */
        RetryAfter: number;
        /**
         * @description `false` if a retry cannot succeed. OpenAI's SDKs respect it.
         * @example false
         */
        ShouldRetry: "true" | "false";
        /**
         * @description Seconds to wait before a retry.
         * @example 5
         */
        RetryAfterAlways: number;
        /**
         * @description Identifies the exact content. Send it as `If-None-Match` to avoid downloading the same content again.
         * @example "3q2-7wAbc0f1d2e3"
         */
        ETag: string;
        /**
         * @description Caches must revalidate their copy with its `ETag` before each use.
         * @example no-cache
         */
        CacheControl: "no-cache";
        /**
         * @description Tells browsers not to guess another content type.
         * @example nosniff
         */
        NoSniff: "nosniff";
        /**
         * @description Allows scripts and connections of this server only. Inline scripts and framing are blocked. The console may also play sound that it has received (`media-src blob:`).
         * @example default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
         */
        ContentSecurityPolicy: string;
        /**
         * @description The browser sends no `Referer` header from this page.
         * @example no-referrer
         */
        ReferrerPolicy: "no-referrer";
        /**
         * @description URL of the page, relative to that of the request.
         * @example /docs
         */
        Location: string;
        /**
         * @description Browsers and proxies must not store the response.
         * @example no-store
         */
        NoStore: "no-store";
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    createChatCompletion: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `true` makes the stream resumable: its events have IDs, and generation continues for some time after the connection drops. `false` turns this off if the operator has made all streams resumable. Other values are ignored.
                 * @example true
                 */
                "X-Stream-Resume"?: components["parameters"]["StreamResume"];
                /**
                 * @description ID of the last event that the client received. The response contains the later events of the stream, including those that are still being generated. A request with this header never starts a new generation.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatCompletionRequest"];
            };
        };
        responses: {
            /** @description The chat completion, or its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatCompletion"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    getChatCompletion: {
        parameters: {
            query?: {
                /**
                 * @description `true` returns the stream, from its start unless `Last-Event-ID` is sent.
                 * @example true
                 */
                stream?: "true" | "false";
            };
            header?: {
                /**
                 * @description ID of the last event that the client received. The response contains the later events of the stream, including those that are still being generated. A request with this header never starts a new generation.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The `id` in the chunks of the stream.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728
                 */
                completion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The chat completion, its stream, or the rest of its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatCompletion"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createCompletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionRequest"];
            };
        };
        responses: {
            /** @description The completions, or their stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Completion"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createResponse: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `true` makes the stream resumable: its events have IDs, and generation continues for some time after the connection drops. `false` turns this off if the operator has made all streams resumable. Other values are ignored.
                 * @example true
                 */
                "X-Stream-Resume"?: components["parameters"]["StreamResume"];
                /**
                 * @description ID of the last event that the client received. The response contains the later events of the stream, including those that are still being generated. A request with this header never starts a new generation.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResponseRequest"];
            };
        };
        responses: {
            /** @description The response, or its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Response"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    countInputTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResponseRequest"];
            };
        };
        responses: {
            /** @description The number of tokens. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResponseInputTokens"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    getResponse: {
        parameters: {
            query?: {
                /**
                 * @description `true` returns the stream.
                 * @example true
                 */
                stream?: "true" | "false";
                /**
                 * @description The stream starts after the event with this `sequence_number`.
                 * @example 5
                 */
                starting_after?: string;
            };
            header?: {
                /**
                 * @description ID of the last event that the client received. The response contains the later events of the stream, including those that are still being generated. A request with this header never starts a new generation.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The `id` of the response.
                 * @example resp_7b1f0c5e92d84a36a1c2d3e4f5061728
                 */
                response_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response, its stream, or the rest of its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Response"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    deleteResponse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the response.
                 * @example resp_7b1f0c5e92d84a36a1c2d3e4f5061728
                 */
                response_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response was deleted. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageRequest"];
            };
        };
        responses: {
            /** @description The message, or its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["AnthropicBadRequest"];
            401: components["responses"]["AnthropicUnauthorized"];
            404: components["responses"]["AnthropicNotFound"];
            405: components["responses"]["AnthropicMethodNotAllowed"];
            413: components["responses"]["AnthropicPayloadTooLarge"];
            415: components["responses"]["AnthropicUnsupportedMediaType"];
            429: components["responses"]["AnthropicTooManyRequests"];
            500: components["responses"]["AnthropicInternalError"];
            502: components["responses"]["AnthropicBadGateway"];
            504: components["responses"]["AnthropicGatewayTimeout"];
            529: components["responses"]["AnthropicOverloaded"];
        };
    };
    countMessageTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageCountRequest"];
            };
        };
        responses: {
            /** @description The number of tokens. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageTokenCount"];
                };
            };
            400: components["responses"]["AnthropicBadRequest"];
            401: components["responses"]["AnthropicUnauthorized"];
            404: components["responses"]["AnthropicNotFound"];
            405: components["responses"]["AnthropicMethodNotAllowed"];
            413: components["responses"]["AnthropicPayloadTooLarge"];
            415: components["responses"]["AnthropicUnsupportedMediaType"];
            429: components["responses"]["AnthropicTooManyRequests"];
            500: components["responses"]["AnthropicInternalError"];
            501: components["responses"]["AnthropicNotSupported"];
            502: components["responses"]["AnthropicBadGateway"];
            504: components["responses"]["AnthropicGatewayTimeout"];
            529: components["responses"]["AnthropicOverloaded"];
        };
    };
    createImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImageRequest"];
            };
        };
        responses: {
            /** @description The images, or their stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesResponse"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createImageEdit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["ImageEditForm"];
                "application/json": components["schemas"]["ImageEditRequest"];
            };
        };
        responses: {
            /** @description The images, or their stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImagesResponse"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createEmbedding: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmbeddingRequest"];
            };
        };
        responses: {
            /** @description The vectors. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbeddingResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createSpeech: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpeechRequest"];
            };
        };
        responses: {
            /** @description The speech. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "audio/wav": components["schemas"]["AudioBytes"];
                    "audio/pcm": components["schemas"]["AudioBytes"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createTranscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["TranscriptionRequest"];
            };
        };
        responses: {
            /** @description The transcript, or its stream. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transcription"];
                    "text/plain": string;
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /**
                 * @description Lists only files with this purpose.
                 * @example user_data
                 */
                purpose?: string;
                /**
                 * @description Maximum number of files in the list, from 1 to 10000. The default is 10000.
                 * @example 20
                 */
                limit?: string;
                /**
                 * @description The order by `created_at`.
                 * @example desc
                 */
                order?: "asc" | "desc";
                /**
                 * @description The list begins after the file with this id.
                 * @example file-ZrGt4X0d9k2mXJ0H1m9wQ7fJmUo8b1VvLz5YH0c3
                 */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The files. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    createFile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["CreateFileRequest"];
            };
        };
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-ignored-params": components["headers"]["IgnoredParams"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAIFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    retrieveFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the file.
                 * @example file-ZrGt4X0d9k2mXJ0H1m9wQ7fJmUo8b1VvLz5YH0c3
                 */
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenAIFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    deleteFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the file.
                 * @example file-ZrGt4X0d9k2mXJ0H1m9wQ7fJmUo8b1VvLz5YH0c3
                 */
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file was deleted. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedFile"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    downloadFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the file.
                 * @example file-ZrGt4X0d9k2mXJ0H1m9wQ7fJmUo8b1VvLz5YH0c3
                 */
                file_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The models. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"] | components["schemas"]["AnthropicModelList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    retrieveModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description ID of the model, with or without the prefix `models/`, percent-encoded.
                 * @example gemini-3.8-flash
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"] | components["schemas"]["AnthropicModel"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    generateContent: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-3.8-flash
                 */
                model: components["parameters"]["GoogleModel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateContentRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GenerateContentResponse"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    streamGenerateContent: {
        parameters: {
            query?: {
                /**
                 * @description `sse` requests an event stream; otherwise the events are the elements of a JSON array.
                 * @example sse
                 */
                alt?: "json" | "sse";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-3.8-flash
                 */
                model: components["parameters"]["GoogleModel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateContentRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GenerateContentArray"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    countTokens: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-3.8-flash
                 */
                model: components["parameters"]["GoogleModel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CountTokensRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountTokensResponse"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    embedContent: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the embedding model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-embedding-001
                 */
                model: components["parameters"]["GoogleEmbeddingModel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmbedContentRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmbedContentResponse"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    batchEmbedContents: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the embedding model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-embedding-001
                 */
                model: components["parameters"]["GoogleEmbeddingModel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchEmbedContentsRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchEmbedContentsResponse"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    createInteraction: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on. It does not select a stream; `stream` does.
                 * @example json
                 */
                alt?: components["parameters"]["InteractionAlt"];
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: {
                /**
                 * @description The revision of Google's Interactions API, a date, which determines the format of responses and events. The value is passed on; without it Google uses its current revision.
                 * @example 2026-05-20
                 */
                "Api-Revision"?: components["parameters"]["ApiRevision"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InteractionRequest"];
            };
        };
        responses: {
            /** @description The interaction, or its event stream if `stream` is true. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Interaction"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    getInteraction: {
        parameters: {
            query?: {
                /**
                 * @description `true` requests an event stream.
                 * @example false
                 */
                stream?: "true" | "false";
                /**
                 * @description The `event_id` of the last event that the client has received; the stream continues after it.
                 * @example evt_1
                 */
                last_event_id?: string;
                /**
                 * @description With `true`, the response also contains the input.
                 * @example false
                 */
                include_input?: "true" | "false";
                /**
                 * @description The response format, by Google's name for it. The value is passed on. It does not select a stream; `stream` does.
                 * @example json
                 */
                alt?: components["parameters"]["InteractionAlt"];
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: {
                /**
                 * @description The revision of Google's Interactions API, a date, which determines the format of responses and events. The value is passed on; without it Google uses its current revision.
                 * @example 2026-05-20
                 */
                "Api-Revision"?: components["parameters"]["ApiRevision"];
            };
            path: {
                /**
                 * @description The `id` of the interaction. The request is sent to Google with the Gemini key that created the interaction.
                 * @example v1_ChdDMlBqYWVxX0dyVEc
                 */
                interaction_id: components["parameters"]["InteractionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The interaction. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Interaction"];
                    "text/event-stream": unknown;
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    deleteInteraction: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on. It does not select a stream; `stream` does.
                 * @example json
                 */
                alt?: components["parameters"]["InteractionAlt"];
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: {
                /**
                 * @description The revision of Google's Interactions API, a date, which determines the format of responses and events. The value is passed on; without it Google uses its current revision.
                 * @example 2026-05-20
                 */
                "Api-Revision"?: components["parameters"]["ApiRevision"];
            };
            path: {
                /**
                 * @description The `id` of the interaction. The request is sent to Google with the Gemini key that created the interaction.
                 * @example v1_ChdDMlBqYWVxX0dyVEc
                 */
                interaction_id: components["parameters"]["InteractionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The interaction was deleted. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Interaction"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    cancelInteraction: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on. It does not select a stream; `stream` does.
                 * @example json
                 */
                alt?: components["parameters"]["InteractionAlt"];
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: {
                /**
                 * @description The revision of Google's Interactions API, a date, which determines the format of responses and events. The value is passed on; without it Google uses its current revision.
                 * @example 2026-05-20
                 */
                "Api-Revision"?: components["parameters"]["ApiRevision"];
            };
            path: {
                /**
                 * @description The `id` of the interaction. The request is sent to Google with the Gemini key that created the interaction.
                 * @example v1_ChdDMlBqYWVxX0dyVEc
                 */
                interaction_id: components["parameters"]["InteractionId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The interaction in its current state. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Interaction"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            413: components["responses"]["GooglePayloadTooLarge"];
            415: components["responses"]["GoogleUnsupportedMediaType"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    listGoogleModels: {
        parameters: {
            query?: {
                /**
                 * @description Maximum number of models per page, 50 by default and at most 1000. The value is passed on.
                 * @example 100
                 */
                pageSize?: string;
                /**
                 * @description `nextPageToken` of the previous page. The value is passed on.
                 * @example Q2g5bWNtOXRJRFV3
                 */
                pageToken?: string;
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Google's response. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoogleModelList"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    retrieveGoogleModel: {
        parameters: {
            query?: {
                /**
                 * @description The response format, by Google's name for it. The value is passed on.
                 * @example json
                 */
                alt?: "json";
                /**
                 * @description The response format, by Google's name for it, such as `json;enum-encoding=int`. The value is passed on.
                 * @example json
                 */
                $alt?: components["parameters"]["GoogleAlt"];
                /**
                 * @description Whether Google adds line breaks to JSON. The value is passed on.
                 * @example false
                 */
                prettyPrint?: components["parameters"]["GooglePrettyPrint"];
            };
            header?: never;
            path: {
                /**
                 * @description ID of the model, percent-encoded, or a name that the operator has configured.
                 * @example gemini-3.8-flash
                 */
                model: components["parameters"]["GoogleModel"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Google's response. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "x-gemini-proxy-model": components["headers"]["AnsweringModel"];
                    "x-ratelimit-limit-requests": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining-requests": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset-requests": components["headers"]["RateLimitReset"];
                    "x-ratelimit-limit": components["headers"]["RateLimitLimit"];
                    "x-ratelimit-remaining": components["headers"]["RateLimitRemaining"];
                    "x-ratelimit-reset": components["headers"]["RateLimitResetSeconds"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GoogleModel"];
                };
            };
            400: components["responses"]["GoogleBadRequest"];
            401: components["responses"]["GoogleUnauthorized"];
            404: components["responses"]["GoogleNotFound"];
            405: components["responses"]["GoogleMethodNotAllowed"];
            429: components["responses"]["GoogleTooManyRequests"];
            500: components["responses"]["GoogleInternalError"];
            502: components["responses"]["GoogleBadGateway"];
            503: components["responses"]["GoogleServiceUnavailable"];
            504: components["responses"]["GoogleGatewayTimeout"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The instance is healthy. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process responds. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
            304: components["responses"]["NotModified"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "content-security-policy": components["headers"]["ContentSecurityPolicy"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    "referrer-policy": components["headers"]["ReferrerPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Redirects to the URL without a slash at the end, because the URLs of the page's files are relative to it. */
            302: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            304: components["responses"]["NotModified"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDocsAsset: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description File name.
                 * @example docs.css
                 */
                asset: "docs.css" | "docs.js" | "swagger-ui-bundle.js" | "swagger-ui.css";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
            304: components["responses"]["NotModified"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getRoot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The paths of the server. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerInfo"];
                };
            };
            /** @description The page for browsers. Sent if the `Accept` header prefers `text/html`. */
            302: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
        };
    };
    getFavicon: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The icon. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            304: components["responses"]["NotModified"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
        };
    };
    getConsole: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "content-security-policy": components["headers"]["ContentSecurityPolicy"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    "referrer-policy": components["headers"]["ReferrerPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Redirects to the URL without a slash at the end, because the URLs of the page's files are relative to it. */
            302: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            304: components["responses"]["NotModified"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getConsoleAsset: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the client's copy. If the copy is still current, the response is 304 without a body.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description File name.
                 * @example app.css
                 */
                asset: "app.css" | "app.js";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    etag: components["headers"]["ETag"];
                    "cache-control": components["headers"]["CacheControl"];
                    "x-content-type-options": components["headers"]["NoSniff"];
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                };
            };
            304: components["responses"]["NotModified"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getConsoleStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleStatus"];
                };
            };
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listConsoleRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The requests. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleRequestList"];
                };
            };
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getConsoleUsage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The usage. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleUsage"];
                };
            };
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getConsoleSeries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The samples, oldest first. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleSeries"];
                };
            };
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listChecks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The checks, in the order in which they should run. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleCheckList"];
                };
            };
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    runCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `id` of the check.
                 * @example keys
                 */
                check: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The result. */
            200: {
                headers: {
                    "x-request-id": components["headers"]["RequestId"];
                    "cache-control": components["headers"]["NoStore"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleCheckResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["ConsoleUnauthorized"];
            404: components["responses"]["NotFound"];
            405: components["responses"]["MethodNotAllowed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};

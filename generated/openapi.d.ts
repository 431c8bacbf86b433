// Made from spec/ by scripts/spec/generate.ts. Do not edit.

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
         * Continue a conversation
         * @description Sends the conversation to Gemini and answers in OpenAI's form: as one JSON object, or as server-sent events where `stream` is true. An early failure of a stream keeps its status; a later one is the stream's last event, without `[DONE]`. With `X-Stream-Resume: true` a stream can be resumed: repeat the request with the standard `Last-Event-ID`, or ask getChatCompletion.
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
         * Read a resumable answer again
         * @description Gives what is kept of an answer whose stream was asked for with `X-Stream-Resume: true`: with `Last-Event-ID` the events after that one and then the live rest, with `stream=true` all of them from the start, otherwise the finished answer as one object. While the answer is not finished, or when it has failed, the object does not exist: 404 `stream_not_found`. An answer belongs to the token that asked for it, and is kept for a while after its end; one that cannot be looked up at the moment is 503.
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
         * Continue a conversation, in the form of the Responses API
         * @description The same conversation with Gemini as createChatCompletion, in the form of OpenAI's newer API: answers are items, and streams are events with names and numbers. An early failure of a stream keeps its status; a later one is the stream's last event, `response.failed`. Thought signatures travel in the `encrypted_content` of reasoning items, whether `include` asks for it or not: send those items back with the conversation.
         */
        post: operations["createResponse"];
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
         * Read a kept response again
         * @description Gives what is kept of a response: with `stream=true` its events, those after `starting_after` and then the live rest, otherwise the finished response as one object. What is not kept, or no more, or belongs to another token, is 404 `response_not_found`; what cannot be looked up at the moment is 503. A response whose instance has gone before its end is `failed`.
         */
        get: operations["getResponse"];
        put?: never;
        post?: never;
        /**
         * Forget a kept response
         * @description Drops what is kept of a response; a generation that still goes on for it ends. 404 `response_not_found` where nothing is kept. 503 where other instances cannot be told; then nothing is dropped.
         */
        delete: operations["deleteResponse"];
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
         * Turn texts into vectors
         * @description Asks a Gemini embedding model for one vector for each text. More texts than Gemini takes at once are sent in several requests; where one of them fails, the whole fails. A model is never replaced by another, because vectors of different models cannot be compared.
         */
        post: operations["createEmbedding"];
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
         * List the models
         * @description Lists the models on offer, with their limits and whether Google is withdrawing them.
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
         * Describe one model
         * @description Describes one model. A Gemini or Gemma model that is not listed is looked up at Google before it counts as unknown.
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
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell the state of this instance
         * @description Tells version, features and load of this instance. Needs no token and does not ask Gemini.
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
         * Tell that the process lives
         * @description Answers at once and touches nothing. Needs no token.
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
         * Read the metrics
         * @description Metrics of this instance in the text format of Prometheus.
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
         * Read this contract
         * @description This contract as OpenAPI 3.1, for client generators and other tools. Needs no token.
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
         * Read this contract in a browser
         * @description A page that shows the contract of this server, and tries its operations with a token. It loads nothing from elsewhere and keeps no token. Where the server was deployed without the files of the page, a plain page links to the contract. Needs no token.
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
         * Read a file of the docs page
         * @description A script or style sheet of `GET /docs`. There are no others. Needs no token.
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A piece of text. */
        TextPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
            text: string;
        };
        /** @description A piece of a message that holds text only. */
        TextContentPart: components["schemas"]["TextPart"];
        /** @description Text, whole or in parts. */
        TextContent: string | components["schemas"]["TextContentPart"][];
        /** @description Instructions of the application. Treated like a system message. */
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
        /** @description Instructions that stand above the conversation. */
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
        /** @description A picture. */
        ImagePart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image_url";
            image_url: {
                /** @description The picture itself as a `data:` URL in base64, or an https address. */
                url: string;
                /**
                 * @description Wished resolution.
                 * @enum {string|null}
                 */
                detail?: "auto" | "low" | "high" | "original" | null;
            };
        };
        /** @description A recording. */
        AudioPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "input_audio";
            input_audio: {
                /** @description The recording in base64. */
                data: string;
                /**
                 * @description File format; Gemini reads more of them than OpenAI.
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
                /** @description The document as a `data:` URL or in plain base64. */
                file_data?: string | null;
                filename?: string | null;
                /** @description Id of an uploaded file. */
                file_id?: string | null;
            };
        };
        /** @description A piece of a user message or of a tool's result; `type` tells which kind. */
        UserContentPart: components["schemas"]["TextPart"] | components["schemas"]["ImagePart"] | components["schemas"]["AudioPart"] | components["schemas"]["FilePart"];
        /** @description Text, or parts of text, image, sound and file. */
        UserContent: string | components["schemas"]["UserContentPart"][];
        /** @description What the end user says or shows. */
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
        /** @description The text with which the model declined. */
        RefusalPart: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "refusal";
            refusal: string;
        };
        /** @description A piece of an earlier answer; `type` tells which kind. */
        AssistantContentPart: components["schemas"]["TextPart"] | components["schemas"]["RefusalPart"];
        /** @description Which function, with which arguments. */
        FunctionCall: {
            name: string;
            /** @description The arguments as JSON text. The model may err, so validate them before use. */
            arguments: string;
        };
        /** @description Extension. What Gemini needs to have back unchanged in the next request. */
        ExtraContent: {
            google?: {
                /** @description Sealed state of the model's thinking. */
                thought_signature?: string | null;
            } | null;
        };
        /** @description A call of a function. */
        FunctionToolCall: {
            /** @description Name of this call, repeated in the tool message that answers it. Ours have at most 40 characters. */
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
                /** @description The text given to the tool. */
                input: string;
            };
            extra_content?: components["schemas"]["ExtraContent"] | null;
        };
        /** @description One call of a tool; `type` tells which kind. */
        ToolCall: components["schemas"]["FunctionToolCall"] | components["schemas"]["CustomToolCall"];
        /** @description An earlier answer of the model, sent back as it came. */
        AssistantMessage: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            role: "assistant";
            /** @description The answer's text. May be missing beside tool calls. */
            content?: (string | null) | components["schemas"]["AssistantContentPart"][];
            /** @description The text with which the model declined. */
            refusal?: string | null;
            /** @description Extension. The summary of the thoughts, as answers carry it. */
            reasoning_content?: string | null;
            /** @description The tool calls of that answer. */
            tool_calls?: components["schemas"]["ToolCall"][] | null;
            /** @deprecated */
            function_call?: components["schemas"]["FunctionCall"] | null;
            /** @description Reference to an earlier spoken answer. */
            audio?: {
                id: string;
            } | null;
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
            /** @description The `id` of the call that this answers. */
            tool_call_id: string;
            /** @description Name of the tool. */
            name?: string | null;
        };
        /**
         * @deprecated
         * @description The result of a call made through `functions`; older form of the tool message.
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
        /** @description One message; `role` tells which kind. */
        ChatMessage: components["schemas"]["DeveloperMessage"] | components["schemas"]["SystemMessage"] | components["schemas"]["UserMessage"] | components["schemas"]["AssistantMessage"] | components["schemas"]["ToolMessage"] | components["schemas"]["FunctionMessage"];
        /** @description Settings of a stream. Without effect where `stream` is not true. */
        StreamOptions: {
            /** @description Send one more chunk before `[DONE]`, without choices, that carries the usage of the whole request. */
            include_usage?: boolean | null;
            /** @description Padding of OpenAI's streams. Never sent here. */
            include_obfuscation?: boolean | null;
        };
        /** @description Name, purpose and arguments of a function. */
        FunctionDefinition: {
            /** @description Name by which the model calls it: up to 128 letters, digits and `_ . : -`, the first a letter or `_`. */
            name: string;
            /** @description What it does and when to use it. */
            description?: string | null;
            /** @description JSON Schema of the arguments. Without it the function takes none. */
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
        /** @description A tool that takes free text. */
        CustomTool: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "custom";
            custom: {
                name: string;
                description?: string | null;
                /** @description Form of the text, free or by a grammar. */
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
        /** @description A tool on offer; `type` tells which kind. */
        Tool: components["schemas"]["FunctionTool"] | components["schemas"]["CustomTool"];
        /** @description Demands a call of one function. */
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
        /** @description Demands a call of one custom tool. */
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
        /** @description Narrows the tools to a list. */
        AllowedToolsChoice: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "allowed_tools";
            allowed_tools: {
                /** @enum {string} */
                mode: "auto" | "required";
                /** @description Tools by type and name. */
                tools: {
                    [key: string]: unknown;
                }[];
            };
        };
        /** @description Names the tools that may be called; `type` tells how. */
        NamedToolChoice: components["schemas"]["FunctionToolChoice"] | components["schemas"]["CustomToolChoice"] | components["schemas"]["AllowedToolsChoice"];
        /** @description Whether tools are called. `none` forbids, `auto` leaves it to the model, `required` demands at least one call, an object names what may be called. */
        ToolChoice: ("none" | "auto" | "required" | null) | components["schemas"]["NamedToolChoice"];
        /** @description Plain text. */
        ResponseFormatText: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
        };
        /** @description Some JSON object. */
        ResponseFormatJsonObject: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_object";
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
        /** @description Form of the answer; `type` tells which. */
        ResponseFormat: components["schemas"]["ResponseFormatText"] | components["schemas"]["ResponseFormatJsonObject"] | components["schemas"]["ResponseFormatJsonSchema"];
        /**
         * @description How much the model should think. What a model does not know is moved to its nearest level; `thinking_levels` of a model lists what it knows.
         * @enum {string}
         */
        ReasoningEffort: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
        /** @description Wishes for spoken output. */
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
        /** @description Settings of OpenAI's built-in search. */
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
        /** @description How the model thinks. Takes the place of `reasoning_effort`. */
        ThinkingConfig: {
            /** @description Level of effort, such as `minimal`, `low`, `medium` or `high`. */
            thinking_level?: string | null;
            /** @description Tokens for thinking on 2.5 models; 0 for none, -1 for the model's choice. */
            thinking_budget?: number | null;
            /** @description Whether to return a summary of the thoughts, which arrives as `reasoning_content`. */
            include_thoughts?: boolean | null;
        };
        /** @description Extension. Google's own settings under `google`, as its OpenAI-compatible endpoint takes them. */
        ExtraBody: {
            google?: {
                thinking_config?: components["schemas"]["ThinkingConfig"] | null;
                /** @description Name of cached content, `cachedContents/…`. */
                cached_content?: string | null;
            } | null;
        };
        /** @description A conversation and how to continue it. Every parameter of OpenAI's chat API is accepted. What Gemini has no counterpart for is not forwarded and is named in the answer's `x-gemini-proxy-ignored-params` header. Unknown properties are accepted the same way, and `null` equals leaving an optional property out. */
        ChatCompletionRequest: {
            /**
             * @description Id of the model, with or without the prefix `models/`. `GET /v1/models` lists what is on offer.
             * @example gemini-3.8-flash
             */
            model: string;
            /** @description The conversation so far, oldest message first. */
            messages: components["schemas"]["ChatMessage"][];
            /**
             * @description Answer as server-sent events while the text is produced. This property decides, not the `Accept` header.
             * @default false
             */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            /** @description Randomness of the sampling, 0 for the most likely text. The newest Gemini models accept and ignore it. */
            temperature?: number | null;
            /** @description Share of the probability mass that is sampled from. */
            top_p?: number | null;
            /** @description Most tokens to produce, thinking included. Wins over `max_tokens`. */
            max_completion_tokens?: number | null;
            /**
             * @deprecated
             * @description Older name of `max_completion_tokens`.
             */
            max_tokens?: number | null;
            /**
             * @description How many answers to produce. Gemini produces one.
             * @default 1
             */
            n?: number | null;
            /** @description Text, or up to four texts, at which the answer ends. */
            stop?: (string | null) | string[];
            /** @description Penalty on tokens that occurred before. */
            presence_penalty?: number | null;
            /** @description Penalty on tokens by how often they occurred before. */
            frequency_penalty?: number | null;
            /** @description Bias by token id of OpenAI's tokenizer. Meaningless for Gemini's tokens. */
            logit_bias?: {
                [key: string]: number;
            } | null;
            /** @description Whether to return the probabilities of the produced tokens. */
            logprobs?: boolean | null;
            /** @description How many alternatives to return for each token. */
            top_logprobs?: number | null;
            /**
             * @deprecated
             * @description Wish for repeatable sampling.
             */
            seed?: number | null;
            /** @description Tools that the model may call. */
            tools?: components["schemas"]["Tool"][] | null;
            tool_choice?: components["schemas"]["ToolChoice"];
            /** @description Whether one answer may hold several tool calls. */
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
             * @description Wished length of the answer.
             * @enum {string|null}
             */
            verbosity?: "low" | "medium" | "high" | null;
            /** @description Kinds of output that are asked for. Answers are text. */
            modalities?: ("text" | "audio")[] | null;
            audio?: components["schemas"]["AudioOptions"] | null;
            prediction?: components["schemas"]["Prediction"] | null;
            web_search_options?: components["schemas"]["WebSearchOptions"] | null;
            /**
             * @description Processing class. `standard`, `flex` and `priority` are Gemini's own.
             * @enum {string|null}
             */
            service_tier?: "auto" | "default" | "standard" | "flex" | "scale" | "priority" | "fast" | null;
            /** @description Whether the answer should be kept. Nothing is kept here. */
            store?: boolean | null;
            /** @description Labels of the caller. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description Moderation settings of OpenAI. */
            moderation?: {
                model: string;
                /** @description What to do about what is found. */
                policy?: unknown;
            } | null;
            /**
             * @deprecated
             * @description Older form of `safety_identifier` and `prompt_cache_key`.
             */
            user?: string | null;
            /** @description Stable name of the end user, best hashed. */
            safety_identifier?: string | null;
            /** @description Groups requests that share a prefix. */
            prompt_cache_key?: string | null;
            /** @description Cache settings of OpenAI. */
            prompt_cache_options?: {
                mode?: string | null;
                ttl?: string | null;
            } | null;
            /**
             * @deprecated
             * @description How long OpenAI would keep a cached prefix.
             * @enum {string|null}
             */
            prompt_cache_retention?: "in_memory" | "in-memory" | "24h" | null;
            extra_body?: components["schemas"]["ExtraBody"] | null;
        };
        /** @description A source that the text draws on. */
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
        /** @description The answer of the model. */
        ChatCompletionMessage: {
            /** @constant */
            role: "assistant";
            /** @description The text, null where there is none. */
            content: string | null;
            /** @description Why the answer was withheld, null where it was not. */
            refusal: string | null;
            /** @description Extension. Summary of the model's thoughts. */
            reasoning_content?: string | null;
            tool_calls?: components["schemas"]["ToolCall"][];
            /** @deprecated */
            function_call?: components["schemas"]["FunctionCall"];
            annotations?: components["schemas"]["Annotation"][];
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /**
         * @description Why the answer ended: at its natural end or a stop text, at the token limit, to have tools called, by a safety filter, or for a call in the older form.
         * @enum {string}
         */
        FinishReason: "stop" | "length" | "tool_calls" | "content_filter" | "function_call";
        /** @description One token, its probability and its rivals. */
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
        /** @description Probabilities of the tokens of an answer. */
        Logprobs: {
            content: components["schemas"]["TokenLogprob"][] | null;
            refusal: components["schemas"]["TokenLogprob"][] | null;
        };
        /** @description One answer and why it ended. */
        ChatCompletionChoice: {
            index: number;
            message: components["schemas"]["ChatCompletionMessage"];
            finish_reason: components["schemas"]["FinishReason"];
            logprobs: components["schemas"]["Logprobs"] | null;
        };
        /** @description Tokens of the whole request. `prompt_tokens` and `completion_tokens` add up to `total_tokens`. */
        Usage: {
            prompt_tokens: number;
            /** @description Tokens produced, thinking included. */
            completion_tokens: number;
            total_tokens: number;
            completion_tokens_details?: {
                /** @description Tokens spent on thinking. */
                reasoning_tokens?: number;
                audio_tokens?: number;
                accepted_prediction_tokens?: number;
                rejected_prediction_tokens?: number;
            };
            prompt_tokens_details?: {
                /** @description Tokens read from a cache. */
                cached_tokens?: number;
                audio_tokens?: number;
            };
        };
        /**
         * @description The processing class that served the request.
         * @enum {string|null}
         */
        ServedTier: "auto" | "default" | "flex" | "scale" | "priority" | null;
        /** @description A finished answer. */
        ChatCompletion: {
            id: string;
            /** @constant */
            object: "chat.completion";
            /** @description Unix time in seconds. */
            created: number;
            /** @description The model as it was asked for. */
            model: string;
            choices: components["schemas"]["ChatCompletionChoice"][];
            usage?: components["schemas"]["Usage"];
            service_tier?: components["schemas"]["ServedTier"];
            /** @deprecated */
            system_fingerprint?: string;
        };
        /** @description A tool call or the next piece of its arguments. Pieces with one `index` belong together. */
        ToolCallDelta: {
            index: number;
            /** @description Only in the first piece. */
            id?: string;
            /** @constant */
            type?: "function";
            function?: {
                name?: string;
                arguments?: string;
            };
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /** @description The new piece. `role` comes once, in the first chunk of a choice. */
        ChatCompletionDelta: {
            /** @constant */
            role?: "assistant";
            content?: string | null;
            refusal?: string | null;
            /** @description Extension. Next piece of the thoughts' summary. */
            reasoning_content?: string | null;
            tool_calls?: components["schemas"]["ToolCallDelta"][];
            /** @deprecated */
            function_call?: {
                name?: string;
                arguments?: string;
            };
            extra_content?: components["schemas"]["ExtraContent"];
        };
        /** @description What is new in one answer. */
        ChatCompletionChunkChoice: {
            index: number;
            delta: components["schemas"]["ChatCompletionDelta"];
            /** @description Null until the last chunk of the choice. */
            finish_reason: components["schemas"]["FinishReason"] | null;
            logprobs?: components["schemas"]["Logprobs"] | null;
        };
        /** @description One step of a streamed answer. `id` and `created` are the same in all chunks of a stream. */
        ChatCompletionChunk: {
            id: string;
            /** @constant */
            object: "chat.completion.chunk";
            /** @description Unix time in seconds. */
            created: number;
            /** @description The model as it was asked for. */
            model: string;
            /** @description Empty in the usage chunk. */
            choices: components["schemas"]["ChatCompletionChunkChoice"][];
            /** @description Null until the usage chunk, and absent where no usage was asked for. */
            usage?: components["schemas"]["Usage"] | null;
            service_tier?: components["schemas"]["ServedTier"];
            /** @deprecated */
            system_fingerprint?: string;
        };
        /** @description What went wrong. */
        ApiError: {
            /** @description Explanation for people. Its wording may change. */
            message: string;
            /**
             * @description Class of the failure.
             * @enum {string}
             */
            type: "invalid_request_error" | "rate_limit_exceeded" | "insufficient_quota" | "server_error";
            /** @description Place in the request, such as `messages[0].content[1].image_url.url`. */
            param: string | null;
            /** @description Exact kind of the failure. Programs should decide by this. */
            code: string | null;
        };
        /** @description Body of every failure. */
        ErrorResponse: {
            error: components["schemas"]["ApiError"];
        };
        /** @description One server-sent event: a chunk, or the end mark, or the error that ends a stream that had begun. Comment lines between events keep the connection awake and carry nothing. */
        ChatCompletionStreamEvent: {
            /** @description `<completion_id>:<n>`, n from 1, in a stream that can be resumed. */
            id?: string;
            event?: string;
            retry?: number;
            data: "[DONE]" | string;
        };
        /** @description One part of a message's content; `type` is `input_text`, `input_image`, `input_file` or `input_audio`, in messages of the assistant `output_text` or `refusal`. */
        ResponseInputPart: {
            /**
             * @example input_text
             * @example input_image
             * @example output_text
             */
            type: string;
            /** @description Of a text. */
            text?: string | null;
            /** @description Of a refusal. */
            refusal?: string | null;
            /** @description Of an image. A data URI, or an address where the operator lets addresses be fetched. */
            image_url?: string | null;
            /** @description Of an image. Its resolution. */
            detail?: string | null;
            /** @description Of an image or a file. There are no uploaded files here, so that this is refused. */
            file_id?: string | null;
            /** @description Of a file. A data URI, or base64. */
            file_data?: string | null;
            /** @description Of a file. An address, where the operator lets addresses be fetched. */
            file_url?: string | null;
            /** @description Of a file. */
            filename?: string | null;
            /** @description Of a recording. */
            input_audio?: {
                /** @description Base64. */
                data?: string;
                /**
                 * @example wav
                 * @example mp3
                 */
                format?: string;
            } | null;
        };
        /** @description A tool. Served are `function`, `custom` and `namespace`, which holds tools of these two kinds. */
        ResponseTool: {
            /**
             * @example function
             * @example custom
             * @example namespace
             */
            type: string;
            /** @description Name of a function, of a custom tool or of a namespace. */
            name?: string | null;
            /** @description What it is for. */
            description?: string | null;
            /** @description JSON Schema of a function's arguments. */
            parameters?: {
                [key: string]: unknown;
            } | null;
            /** @description Whether the arguments have to follow the schema. Gemini promises nothing. */
            strict?: boolean | null;
            /** @description Form of a custom tool's text, free or by a grammar. It is told to the model; nothing enforces it. */
            format?: (string | null) | {
                [key: string]: unknown;
            };
            /** @description Of a namespace. Its tools. */
            tools?: {
                [key: string]: unknown;
            }[] | null;
        };
        /** @description One item of a conversation; without `type` it is a message. Served are `message`, `function_call`, `function_call_output`, `custom_tool_call`, `custom_tool_call_output`, `reasoning`, `additional_tools` and `item_reference`; items of other types, which only OpenAI's own tools make, are left out. */
        ResponseInputItem: {
            /**
             * @example message
             * @example function_call
             * @example function_call_output
             * @example reasoning
             */
            type?: string | null;
            /** @description The item's own id, as the answer had it. */
            id?: string | null;
            /**
             * @description Of a message. Who speaks.
             * @example user
             * @example assistant
             * @example system
             * @example developer
             */
            role?: string | null;
            /** @description Of a message. Its text, or parts. */
            content?: (string | null) | components["schemas"]["ResponseInputPart"][];
            /** @description Of a call and of its output. What holds them together. */
            call_id?: string | null;
            /** @description Of a call. The tool's name. */
            name?: string | null;
            /** @description Of a call. The namespace of the tool. */
            namespace?: string | null;
            /** @description Of a function call. The arguments as JSON text. */
            arguments?: unknown;
            /** @description Of a custom tool call. The text for the tool. */
            input?: unknown;
            /** @description Of a call's output. A text, or parts. */
            output?: unknown;
            /** @description Of a reasoning item. Thought signatures as an answer gave them. */
            encrypted_content?: string | null;
            /** @description Of additional tools. What is added to the tools of the request. */
            tools?: components["schemas"]["ResponseTool"][] | null;
        };
        /** @description Which tool is to be called, if any. A choice of a kind of tool that is not served here is ignored. */
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
        /** @description JSON by a schema. */
        ResponseTextFormatJsonSchema: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "json_schema";
            name: string;
            description?: string | null;
            /** @description JSON Schema of the answer. */
            schema: {
                [key: string]: unknown;
            };
            strict?: boolean | null;
        };
        /** @description Form of the text. */
        ResponseTextFormat: components["schemas"]["ResponseFormatText"] | components["schemas"]["ResponseTextFormatJsonSchema"] | components["schemas"]["ResponseFormatJsonObject"];
        /** @description How the text is to be. */
        ResponseTextOptions: {
            format?: components["schemas"]["ResponseTextFormat"] | null;
            /**
             * @description Wished length of the answer.
             * @enum {string|null}
             */
            verbosity?: "low" | "medium" | "high" | null;
        };
        /** @description How the model is to think. */
        ResponseReasoningOptions: {
            effort?: components["schemas"]["ReasoningEffort"] | null;
            /**
             * @description Whether summaries of the thoughts are given. Gemini has one kind of them.
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
        /** @description What is asked in the form of OpenAI's Responses API. Every parameter of it is accepted; what Gemini has no counterpart for is named in the answer's `x-gemini-proxy-ignored-params` header. Unknown properties are accepted the same way, and `null` equals leaving an optional property out. */
        ResponseRequest: {
            /**
             * @description Id of the model, with or without the prefix `models/`. `GET /v1/models` lists what is on offer.
             * @example gemini-3.8-flash
             */
            model: string;
            /** @description The user's text, or the conversation so far as items, oldest first. */
            input?: (string | null) | components["schemas"]["ResponseInputItem"][];
            /** @description What stands before the conversation as the system's word. */
            instructions?: string | null;
            /**
             * @description Answer as server-sent events while the answer is produced.
             * @default false
             */
            stream?: boolean | null;
            stream_options?: {
                /** @description Nothing is padded here. */
                include_obfuscation?: boolean | null;
            } | null;
            /** @description Tools that the model may call. Functions and custom tools are served, also those of a namespace; other kinds are OpenAI's own and are left out. */
            tools?: components["schemas"]["ResponseTool"][] | null;
            tool_choice?: components["schemas"]["ResponseToolChoice"];
            /** @description Whether one answer may hold several tool calls. */
            parallel_tool_calls?: boolean | null;
            /** @description Limit of OpenAI's own tools, of which there are none here. */
            max_tool_calls?: number | null;
            text?: components["schemas"]["ResponseTextOptions"] | null;
            reasoning?: components["schemas"]["ResponseReasoningOptions"] | null;
            /** @description Most tokens to produce. */
            max_output_tokens?: number | null;
            /** @description Randomness of the sampling, 0 for the most likely text. */
            temperature?: number | null;
            /** @description Share of the probability mass that is sampled from. */
            top_p?: number | null;
            /** @description How many alternatives to return for each token. Gemini gives none. */
            top_logprobs?: number | null;
            /**
             * @description Whether a conversation that is too long may lose its beginning. It never does here.
             * @enum {string|null}
             */
            truncation?: "auto" | "disabled" | null;
            /** @description What to give in addition. `reasoning.encrypted_content` carries the thought signatures of Gemini, sealed. */
            include?: string[] | null;
            /** @description Labels of the caller, given back with the answer. */
            metadata?: {
                [key: string]: string;
            } | null;
            /** @description Whether the answer should be kept. */
            store?: boolean | null;
            /** @description The answer that this request goes on from; 404 where it is not kept. */
            previous_response_id?: string | null;
            /** @description Answering later is refused. */
            background?: boolean | null;
            /** @description Conversations that OpenAI would keep are refused. */
            conversation?: (string | null) | {
                [key: string]: unknown;
            };
            /** @description Prompts that OpenAI would keep are refused. */
            prompt?: {
                [key: string]: unknown;
            } | null;
            /** @description Processing class. `standard`, `flex` and `priority` are Gemini's own. */
            service_tier?: string | null;
            /**
             * @deprecated
             * @description Older form of `safety_identifier` and `prompt_cache_key`.
             */
            user?: string | null;
            /** @description Stable name of the end user, best hashed. */
            safety_identifier?: string | null;
            /** @description Groups requests that share a prefix. */
            prompt_cache_key?: string | null;
            /**
             * @deprecated
             * @description How long OpenAI would keep a cached prefix.
             */
            prompt_cache_retention?: string | null;
            extra_body?: components["schemas"]["ExtraBody"] | null;
        };
        /** @description Why an answer failed after it had begun. */
        ResponseFailure: {
            /**
             * @description OpenAI's class of the failure.
             * @enum {string}
             */
            code: "server_error" | "rate_limit_exceeded";
            message: string;
            /** @description Class of the failure, as `error.type` has it in a failure before the first event. */
            type?: string;
            /** @description Place in the request. */
            param?: string | null;
            /** @description Exact kind of the failure, as `error.code` has it in a failure before the first event. Programs should decide by this. */
            reason?: string | null;
        };
        /**
         * @description How far an item has come.
         * @enum {string}
         */
        ResponseItemStatus: "in_progress" | "completed" | "incomplete";
        /** @description Text of the answer. */
        ResponseOutputText: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "output_text";
            text: string;
            /** @description Always empty. */
            annotations: {
                [key: string]: unknown;
            }[];
            /** @description Always empty. */
            logprobs: {
                [key: string]: unknown;
            }[];
        };
        /** @description Why there is no answer. */
        ResponseRefusal: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "refusal";
            refusal: string;
        };
        /** @description A part of what the model says; `type` tells which kind. */
        ResponseOutputPart: components["schemas"]["ResponseOutputText"] | components["schemas"]["ResponseRefusal"];
        /** @description What the model says. */
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
        /** @description A summary of thoughts. */
        ResponseSummaryPart: {
            /** @constant */
            type: "summary_text";
            text: string;
        };
        /** @description What the model thought. */
        ResponseReasoningItem: {
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reasoning";
            summary: components["schemas"]["ResponseSummaryPart"][];
            /** @description Thought signatures for the items beside it, sealed for the caller's token. Send the item back with the conversation, and Gemini goes on with its thoughts. */
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
            /** @description What the output has to name. */
            call_id: string;
            name: string;
            /** @description Only where the tool was declared in one. */
            namespace?: string;
            /** @description JSON text. */
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
            /** @description What the output has to name. */
            call_id: string;
            name: string;
            /** @description Only where the tool was declared in one. */
            namespace?: string;
            /** @description Text for the tool. */
            input: string;
        };
        /** @description One item of an answer; `type` tells which kind. */
        ResponseOutputItem: components["schemas"]["ResponseOutputMessage"] | components["schemas"]["ResponseReasoningItem"] | components["schemas"]["ResponseFunctionCall"] | components["schemas"]["ResponseCustomToolCall"];
        /** @description Tokens of the whole request. `input_tokens` and `output_tokens` add up to `total_tokens`. */
        ResponseUsage: {
            input_tokens: number;
            input_tokens_details: {
                cached_tokens: number;
                cache_write_tokens: number;
            };
            /** @description Tokens produced, thinking included. */
            output_tokens: number;
            output_tokens_details: {
                reasoning_tokens: number;
            };
            total_tokens: number;
        };
        /** @description An answer in the form of OpenAI's Responses API. */
        Response: {
            id: string;
            /** @constant */
            object: "response";
            /** @description Seconds since 1970. */
            created_at: number;
            /** @description Seconds since 1970; null unless the answer is whole. */
            completed_at?: number | null;
            /** @enum {string} */
            status: "in_progress" | "completed" | "incomplete" | "failed";
            /** @description Why the answer failed. */
            error: components["schemas"]["ResponseFailure"] | null;
            /** @description Why the answer is not whole. */
            incomplete_details: {
                /** @enum {string} */
                reason: "max_output_tokens" | "content_filter";
            } | null;
            instructions: string | null;
            /** @description The model as it was asked for. */
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
            /** @description Whether the answer is kept, for a while. */
            store?: boolean;
            background?: boolean;
            service_tier?: string | null;
            user?: string | null;
            safety_identifier?: string | null;
            prompt_cache_key?: string | null;
            usage?: components["schemas"]["ResponseUsage"];
        };
        /** @description The whole answer as it stands. */
        ResponseStateEvent: {
            /** @enum {string} */
            type: "response.created" | "response.in_progress" | "response.completed" | "response.incomplete" | "response.failed";
            sequence_number: number;
            response: components["schemas"]["Response"];
        };
        /** @description An item begins, or is whole. */
        ResponseItemEvent: {
            /** @enum {string} */
            type: "response.output_item.added" | "response.output_item.done";
            sequence_number: number;
            output_index: number;
            item: components["schemas"]["ResponseOutputItem"];
        };
        /** @description A part of a message begins, or is whole. */
        ResponsePartEvent: {
            /** @enum {string} */
            type: "response.content_part.added" | "response.content_part.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            part: components["schemas"]["ResponseOutputPart"];
        };
        /** @description A piece of text. */
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
        /** @description The whole text of a part. */
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
        /** @description A piece of a refusal. */
        ResponseRefusalDeltaEvent: {
            /** @constant */
            type: "response.refusal.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            delta: string;
        };
        /** @description A whole refusal. */
        ResponseRefusalDoneEvent: {
            /** @constant */
            type: "response.refusal.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            content_index: number;
            refusal: string;
        };
        /** @description A piece of a call's arguments, or of a custom tool's text. */
        ResponseCallDeltaEvent: {
            /** @enum {string} */
            type: "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            delta: string;
        };
        /** @description The whole arguments of a call. */
        ResponseArgumentsDoneEvent: {
            /** @constant */
            type: "response.function_call_arguments.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            name: string;
            arguments: string;
        };
        /** @description The whole text for a custom tool. */
        ResponseInputDoneEvent: {
            /** @constant */
            type: "response.custom_tool_call_input.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            input: string;
        };
        /** @description A summary of thoughts begins, or is whole. */
        ResponseSummaryPartEvent: {
            /** @enum {string} */
            type: "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            part: components["schemas"]["ResponseSummaryPart"];
        };
        /** @description A piece of a summary. */
        ResponseSummaryDeltaEvent: {
            /** @constant */
            type: "response.reasoning_summary_text.delta";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            delta: string;
        };
        /** @description A whole summary. */
        ResponseSummaryDoneEvent: {
            /** @constant */
            type: "response.reasoning_summary_text.done";
            sequence_number: number;
            item_id: string;
            output_index: number;
            summary_index: number;
            text: string;
        };
        /** @description The end of a stream whose answer is lost. */
        ResponseErrorEvent: {
            /** @constant */
            type: "error";
            sequence_number: number;
            code: string | null;
            message: string;
            param: string | null;
        };
        /** @description One event of a streamed answer; `type` tells which kind. */
        ResponseStreamEvent: components["schemas"]["ResponseStateEvent"] | components["schemas"]["ResponseItemEvent"] | components["schemas"]["ResponsePartEvent"] | components["schemas"]["ResponseTextDeltaEvent"] | components["schemas"]["ResponseTextDoneEvent"] | components["schemas"]["ResponseRefusalDeltaEvent"] | components["schemas"]["ResponseRefusalDoneEvent"] | components["schemas"]["ResponseCallDeltaEvent"] | components["schemas"]["ResponseArgumentsDoneEvent"] | components["schemas"]["ResponseInputDoneEvent"] | components["schemas"]["ResponseSummaryPartEvent"] | components["schemas"]["ResponseSummaryDeltaEvent"] | components["schemas"]["ResponseSummaryDoneEvent"] | components["schemas"]["ResponseErrorEvent"];
        /** @description One server-sent event, named after the type of its data. The last one is `response.completed`, `response.incomplete`, `response.failed` or `error`; there is no `[DONE]`. Comment lines between events keep the connection awake and carry nothing. */
        ResponseServerSentEvent: {
            /** @description `<response_id>:<sequence_number>`, in a stream that can be resumed. */
            id?: string;
            /** @enum {string} */
            event: "response.created" | "response.in_progress" | "response.completed" | "response.incomplete" | "response.failed" | "response.output_item.added" | "response.output_item.done" | "response.content_part.added" | "response.content_part.done" | "response.output_text.delta" | "response.output_text.done" | "response.refusal.delta" | "response.refusal.done" | "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" | "response.function_call_arguments.done" | "response.custom_tool_call_input.done" | "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done" | "response.reasoning_summary_text.delta" | "response.reasoning_summary_text.done" | "error";
            retry?: number;
            data: string;
        };
        /** @description What has been forgotten. */
        DeletedResponse: {
            id: string;
            /** @constant */
            object: "response";
            /** @constant */
            deleted: true;
        };
        /** @description Texts to turn into vectors. What has no counterpart at Gemini is not forwarded and is named in the answer's `x-gemini-proxy-ignored-params` header. `null` equals leaving an optional property out. */
        EmbeddingRequest: {
            /**
             * @description Id of an embedding model, with or without the prefix `models/`. `GET /v1/models` lists what is on offer.
             * @example gemini-embedding-001
             */
            model: string;
            /** @description One text, or up to 2,048 of them. Numbers are ids of OpenAI's tokens, which mean nothing to Gemini: they are answered with 400 `unsupported_value`. */
            input: string | (string | number | number[])[];
            /** @description Length of the vectors, up to 3,072; the model's own where left out. Shortened vectors are as Gemini sends them; those of `gemini-embedding-001` are not normalised. */
            dimensions?: number | null;
            /**
             * @description How the vectors are written. OpenAI's SDKs ask for `base64` unless told otherwise, and decode it themselves.
             * @default float
             * @enum {string|null}
             */
            encoding_format?: "float" | "base64" | null;
            /** @description Name of the end user. */
            user?: string | null;
        };
        /** @description The vector of one text. */
        Embedding: {
            /** @constant */
            object: "embedding";
            /** @description Place of the text in `input`. */
            index: number;
            /** @description Numbers, or with `base64` the same as little-endian 32-bit floats. */
            embedding: number[] | string;
        };
        /** @description Tokens of all texts together, as Gemini counts them. 0 means that Gemini did not tell. */
        EmbeddingUsage: {
            prompt_tokens: number;
            total_tokens: number;
        };
        /** @description One vector for each text. */
        EmbeddingResponse: {
            /** @constant */
            object: "list";
            /** @description The model as it was asked for. */
            model: string;
            /** @description The vectors, in the order of the texts. */
            data: components["schemas"]["Embedding"][];
            usage: components["schemas"]["EmbeddingUsage"];
        };
        /** @description A model on offer. What follows `owned_by` is an extension. */
        Model: {
            /** @description Id without the prefix `models/`. */
            id: string;
            /** @constant */
            object: "model";
            /** @description Unix time in seconds of the release. */
            created: number;
            owned_by: string;
            /** @description Name for people. */
            display_name?: string;
            /** @description Most tokens of input, null where unknown. */
            context_window: number | null;
            /** @description Most tokens of output, null where unknown. */
            max_output_tokens: number | null;
            /** @description Kinds of input, such as text, image, audio, video and file. */
            input_modalities?: string[];
            /** @description Levels that `reasoning_effort` reaches without being moved. Empty where the model does not think or it is unknown. */
            thinking_levels: string[];
            /** @description Whether Google has withdrawn the model or announced to do so. */
            retired: boolean;
            /** @description The model that serves in its place once it is gone. */
            replacement: string | null;
        };
        /** @description The models on offer. */
        ModelList: {
            /** @constant */
            object: "list";
            data: components["schemas"]["Model"][];
        };
        /** @description State of this instance. */
        Health: {
            /** @constant */
            status: "ok";
            /** @description Version of Gemini Proxy. */
            version: string;
            /** @description Number of models on offer. */
            models: number;
            /** @description Names of what is switched on. */
            features: string[];
            /** @description Whether a bearer token is demanded. */
            auth: boolean;
            uptime_seconds: number;
            /** @description Requests being served now. */
            in_flight: number;
        };
        /** @description Proof that the process answers. */
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
    };
    responses: {
        /** @description The request does not follow this contract, or Gemini refuses its content. */
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
        /** @description The model, stream, response or URL does not exist. */
        NotFound: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The URL exists but not for this method. */
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
        /** @description The request body is larger than the limit. */
        PayloadTooLarge: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description The body is not declared as JSON. */
        UnsupportedMediaType: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description A rate limit or a quota is used up. */
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
        /** @description Gemini failed, or the key, the region or the configuration of this proxy is at fault. */
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
        /** @description Gemini or this instance is overloaded or shutting down. */
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
        /** @description The copy that the client has is still right. */
        NotModified: {
            headers: {
                "x-request-id": components["headers"]["RequestId"];
                etag: components["headers"]["ETag"];
                "cache-control": components["headers"]["CacheControl"];
                [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /**
         * @description `true` makes the stream resumable: its events carry ids, and generation goes on for a while when the connection drops. `false` does not, where the operator has made all streams resumable. Anything else counts as not sent.
         * @example true
         */
        StreamResume: string;
        /**
         * @description Id of the last event that the client has seen. It gets what came after it, and then the live rest. A request with it never starts a generation.
         * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
         */
        LastEventId: string;
        /**
         * @description The `ETag` of the copy that the client has. Where that is still what would be sent, the answer is 304.
         * @example "3q2-7wAbc0f1d2e3"
         */
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /**
         * @description Id of this request, also in the log. Quote it in questions.
         * @example req_5f2b8c1e9a7d4036b1c2
         */
        RequestId: string;
        /**
         * @description Names of the parameters that were accepted and not forwarded, separated by commas.
         * @example logit_bias, store
         */
        IgnoredParams: string;
        /**
         * @description The model that answered, where it is not the one asked for.
         * @example gemini-3.8-flash
         */
        AnsweringModel: string;
        /**
         * @description Requests that this caller may send in a minute. Sent where the operator has set a limit.
         * @example 60
         */
        RateLimitLimit: number;
        /**
         * @description Requests that this caller has left in the current minute.
         * @example 59
         */
        RateLimitRemaining: number;
        /**
         * @description Time until the count starts anew.
         * @example 42s
         */
        RateLimitReset: string;
        /**
         * @description Seconds until the count starts anew.
         * @example 42
         */
        RateLimitResetSeconds: number;
        /**
         * @description The authentication that is expected.
         * @example Bearer
         */
        WwwAuthenticate: string;
        /**
         * @description The methods that the URL has.
         * @example GET, HEAD
         */
        Allow: string;
        /**
         * @description Seconds to wait before a repeat. Absent where waiting does not help.
         * @example 34
         */
        RetryAfter: number;
        /**
         * @description `false` where a repeat cannot mend the failure. OpenAI's SDKs obey it.
         * @example false
         */
        ShouldRetry: "true" | "false";
        /**
         * @description Seconds to wait before a repeat.
         * @example 5
         */
        RetryAfterAlways: number;
        /**
         * @description Names exactly these bytes; sent back as `If-None-Match` it saves sending them again.
         * @example "3q2-7wAbc0f1d2e3"
         */
        ETag: string;
        /**
         * @description A copy may be kept, and has to be checked by its `ETag` before it is used.
         * @example no-cache
         */
        CacheControl: "no-cache";
        /**
         * @description The content type is what it says.
         * @example nosniff
         */
        NoSniff: "nosniff";
        /**
         * @description The page runs scripts of this server only, none that stand in it, talks to this server only, and stands in no frame.
         * @example default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
         */
        ContentSecurityPolicy: string;
        /**
         * @description The page tells no other where its reader came from.
         * @example no-referrer
         */
        ReferrerPolicy: "no-referrer";
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
                 * @description `true` makes the stream resumable: its events carry ids, and generation goes on for a while when the connection drops. `false` does not, where the operator has made all streams resumable. Anything else counts as not sent.
                 * @example true
                 */
                "X-Stream-Resume"?: components["parameters"]["StreamResume"];
                /**
                 * @description Id of the last event that the client has seen. It gets what came after it, and then the live rest. A request with it never starts a generation.
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
            /** @description The answer. */
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
                 * @description `true` gives the events from the start, where no `Last-Event-ID` says from where.
                 * @example true
                 */
                stream?: "true" | "false";
            };
            header?: {
                /**
                 * @description Id of the last event that the client has seen. It gets what came after it, and then the live rest. A request with it never starts a generation.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728:2
                 */
                "Last-Event-ID"?: components["parameters"]["LastEventId"];
            };
            path: {
                /**
                 * @description The `id` of the chunks.
                 * @example chatcmpl-7b1f0c5e92d84a36a1c2d3e4f5061728
                 */
                completion_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer, or the rest of its stream. */
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
    createResponse: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description `true` makes the stream resumable: its events carry ids, and generation goes on for a while when the connection drops. `false` does not, where the operator has made all streams resumable. Anything else counts as not sent.
                 * @example true
                 */
                "X-Stream-Resume"?: components["parameters"]["StreamResume"];
                /**
                 * @description Id of the last event that the client has seen. It gets what came after it, and then the live rest. A request with it never starts a generation.
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
            /** @description The answer. */
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
                 * @description `true` gives the events.
                 * @example true
                 */
                stream?: "true" | "false";
                /**
                 * @description The `sequence_number` after which the events begin.
                 * @example 5
                 */
                starting_after?: string;
            };
            header?: {
                /**
                 * @description Id of the last event that the client has seen. It gets what came after it, and then the live rest. A request with it never starts a generation.
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
            /** @description The answer, or the rest of its stream. */
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
            /** @description It is forgotten. */
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
                    "application/json": components["schemas"]["ModelList"];
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
                 * @description Id of the model, with or without the prefix `models/`, percent-encoded.
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
                    "application/json": components["schemas"]["Model"];
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
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The instance is well. */
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
            /** @description The process lives. */
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
                 * @description The `ETag` of the copy that the client has. Where that is still what would be sent, the answer is 304.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contract. */
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
                 * @description The `ETag` of the copy that the client has. Where that is still what would be sent, the answer is 304.
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
                 * @description The `ETag` of the copy that the client has. Where that is still what would be sent, the answer is 304.
                 * @example "3q2-7wAbc0f1d2e3"
                 */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /**
                 * @description Name of the file.
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
}

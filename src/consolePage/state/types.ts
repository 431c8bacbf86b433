import type { JsonResponseOf } from '../../contract/types.js'

/** State of the server, with its settings, keys and models. */
export type StatusData = JsonResponseOf<'getConsoleStatus'>
/** State of one Gemini API key. */
export type ConsoleKey = StatusData['keys'][number]
/** A model in the status of the server. */
export type ConsoleModel = StatusData['models'][number]
/** The latest finished requests of the server. */
export type ConsoleRequests = JsonResponseOf<'listConsoleRequests'>
/** The summary of one finished request. */
export type RequestEntry = ConsoleRequests['requests'][number]
/** Usage and errors of the server, by caller and model. */
export type ConsoleUsage = JsonResponseOf<'getConsoleUsage'>
/** Usage of one caller with one model. */
export type ConsoleUsageRow = ConsoleUsage['rows'][number]
/** Samples of load, latency and memory of the last 15 minutes. */
export type ConsoleSeries = JsonResponseOf<'getConsoleSeries'>
/** Ids and titles of the checks of the doctor. */
export type CheckList = JsonResponseOf<'listChecks'>
/** The result of one check of the doctor. */
export type CheckOutcome = JsonResponseOf<'runCheck'>

import type { AnswerOf } from '../../contract/types.js'

/** State, settings, keys and models of the server. */
export type ConsoleStatus = AnswerOf<'getConsoleStatus'>
/** The state of one Gemini key. */
export type ConsoleKey = ConsoleStatus['keys'][number]
/** One model. */
export type ConsoleModel = ConsoleStatus['models'][number]
/** The last requests. */
export type ConsoleRequests = AnswerOf<'listConsoleRequests'>
/** One finished request. */
export type ConsoleRequest = ConsoleRequests['requests'][number]
/** Usage and errors by caller and model. */
export type ConsoleUsage = AnswerOf<'getConsoleUsage'>
/** Usage of one caller with one model. */
export type ConsoleUsageRow = ConsoleUsage['rows'][number]
/** The load of the last 15 minutes. */
export type ConsoleSeries = AnswerOf<'getConsoleSeries'>
/** The checks of the doctor. */
export type CheckList = AnswerOf<'listChecks'>
/** The result of one check. */
export type CheckOutcome = AnswerOf<'runCheck'>

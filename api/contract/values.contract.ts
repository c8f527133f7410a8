import { z } from 'zod';

/** An id of ours. */
export const id = z.guid();
/** An instant in UTC. */
export const instant = z.iso.datetime();
/** The number of a row. */
export const rowId = z.number().int();
/** Kept as it was recorded. */
export const json = z.unknown();
/** The end of a pause. */
export const pausedUntil = z.union([instant, z.literal('infinity')]).nullable();

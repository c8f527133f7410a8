/** The field by which a body says that it is our own round trip and tells nothing; Meta sends no such field. */
export const ROUND_TRIP_FIELD = 'doctor';

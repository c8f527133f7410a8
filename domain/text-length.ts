/**
 * How long a text is for a limit of WhatsApp, everywhere: in UTF-16 units, as JavaScript counts, where most emoji count as
 * two or more. WhatsApp does not say how it counts; no way of counting characters gives more than this.
 */
export function textLength(text: string): number {
  return text.length;
}

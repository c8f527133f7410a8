const withoutAccents = (text: string) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');

/** Ways in which one message may be written without meaning anything else. */
export const WAYS: readonly (readonly [string, (text: string) => string])[] = [
  ['upper case', (text) => text.toUpperCase()],
  ['lower case', (text) => text.toLowerCase()],
  ['without accents', withoutAccents],
  ['with marks at the end', (text) => `${text}!!`],
  ['with dots', (text) => `${text} ...`],
  ['in quotes', (text) => `"${text}"`],
  ['with wide gaps', (text) => `  ${text.replaceAll(' ', '   ')} `],
  ['on lines', (text) => `\n${text}\n`],
  ['between emoji', (text) => `😡${text} 🙏🏽`],
  ['with a heart', (text) => `${text} <3`],
];

/**
 * A word that a text does not hold: a start and four letters. Found in one pass, since somebody may have filled the
 * text with all that would be tried first.
 *
 * @param start lower-case letters of which no end is also a beginning.
 */
export function unusedWord(text: string, start: string): string {
  const used = new Set([...text.matchAll(new RegExp(`${start}([a-z]{4})`, 'g'))].map(([, code]) => code));
  for (let number = 0; ; number += 1) {
    const code = [17_576, 676, 26, 1].map((place) => letter(Math.floor(number / place))).join('');
    if (!used.has(code)) return `${start}${code}`;
  }
}

const letter = (number: number): string => String.fromCharCode(97 + (number % 26));

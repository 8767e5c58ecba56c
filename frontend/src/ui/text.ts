const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const DELETE = 0x7f;
const SYMBOLS = 0x2400; // Unicode's pictures of control characters
const SYMBOL_OF_DELETE = "\u2421";

/** The text with its control characters as symbols, such as ␛; line ends and tabs stay. */
export function showControls(text: string): string {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    return code === DELETE ? SYMBOL_OF_DELETE : String.fromCharCode(SYMBOLS + code);
  });
}

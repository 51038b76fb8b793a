/** Some whole lines of a file. */
export interface Lines {
  text: string;
  /** How many lines came before. */
  before: number;
}

/** Cuts a text that comes in chunks into parts of whole lines, each of at most so many characters unless a single line is longer. */
export async function* inParts(chunks: ReadableStream<string>, most: number): AsyncGenerator<Lines> {
  const reader = chunks.getReader();
  let rest = '';
  let before = 0;
  for (;;) {
    const { done, value } = await reader.read();
    rest += value ?? '';
    while (done ? rest !== '' : rest.length > most) {
      const cut = rest.length <= most ? rest.length : (rest.lastIndexOf('\n', most - 1) + 1 || rest.indexOf('\n') + 1 || rest.length);
      if (cut === rest.length && !done && !rest.endsWith('\n')) break;
      const text = rest.slice(0, cut);
      yield { text, before };
      before += text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
      rest = rest.slice(cut);
    }
    if (done) return;
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin, Rolldown } from 'vite';

const SOURCE = 'src/early.js';
const PLACE = 'src="/early.js"';

type Chunk = Rolldown.OutputChunk;

/**
 * Emits the script that runs before the program, with the names of the files that it fetches ahead. The page waits for no other file
 * before it knows what it needs.
 */
export function early(): Plugin {
  return {
    name: 'early',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('The page is missing in the output.');
      const html = String(page.source);
      if (!html.includes(PLACE)) throw new Error(`The page has no ${PLACE}.`);
      const needed = (source: string): string[] => {
        const chunk = chunks.find((one) => one.facadeModuleId?.endsWith(source));
        if (!chunk) throw new Error(`Nothing was made of ${source}.`);
        return [chunk.fileName, ...chunk.imports].map((name) => `/${name}`).filter((name) => !html.includes(name));
      };
      const source = readFileSync(SOURCE, 'utf8')
        .replace('__WORDS__', JSON.stringify({ en: needed('src/i18n/en.ts'), ru: needed('src/i18n/ru.ts') }))
        .replace('__CONVERSATION__', JSON.stringify(needed('src/conversation/ConversationView.tsx')));
      const fileName = `assets/early-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName, source });
      page.source = html.replace(PLACE, `src="/${fileName}"`);
    },
  };
}

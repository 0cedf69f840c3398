/** One package source of apt, as its deb822 stanza or its one-line form says. */
export interface AptSource {
  uris: string[];
  suites: string[];
  components: string[];
  /** A keyring's path, or the key itself in deb822's indented form. */
  signedBy?: string;
}

function words(value = ''): string[] {
  return value.split(/\s+/).filter(Boolean);
}

function parseStanza(stanza: string): AptSource | undefined {
  const fields = new Map<string, string>();
  let current = '';
  for (const line of stanza.split('\n').filter((line) => !line.startsWith('#'))) {
    const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    if (field) {
      current = (field[1] ?? '').toLowerCase();
      fields.set(current, field[2] ?? '');
    } else if (current) fields.set(current, `${fields.get(current)}\n${line}`);
  }
  if (fields.get('enabled') === 'no' || !words(fields.get('types')).includes('deb')) return undefined;
  const signedBy = fields.get('signed-by');
  return {
    uris: words(fields.get('uris')),
    suites: words(fields.get('suites')),
    components: words(fields.get('components')),
    ...(signedBy ? { signedBy } : {}),
  };
}

function parseLine(line: string): AptSource | undefined {
  const match = /^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim());
  if (!match) return undefined;
  const [, options = '', uri = '', suite = '', components] = match;
  const signedBy = /signed-by=(\S+)/.exec(options)?.[1];
  return { uris: [uri], suites: [suite], components: words(components), ...(signedBy ? { signedBy } : {}) };
}

/** Reads one file of /etc/apt: `.sources` holds deb822 stanzas (sources.list(5)), `.list` one source a line. */
export function parseAptSources(name: string, content: string): AptSource[] {
  const parsed = name.endsWith('.sources')
    ? content.split(/\n\s*\n/).map(parseStanza)
    : content.split('\n').map(parseLine);
  return parsed.filter((source) => source !== undefined);
}

/** The source from which a distribution's main archive comes here: the mirror that this machine can reach. */
export function mainArchive(sources: readonly AptSource[], suite: string): AptSource | undefined {
  return sources.find((source) => source.suites.includes(suite) && source.components.includes('main'));
}

/** The same mirror and key for another suite, as a deb822 file. */
export function sourcesFile(archive: AptSource, suites: readonly string[]): string {
  const lines = [
    'Types: deb',
    `URIs: ${archive.uris.join(' ')}`,
    `Suites: ${suites.join(' ')}`,
    'Components: main',
  ];
  if (archive.signedBy) lines.push(`Signed-By: ${archive.signedBy}`);
  return `${lines.join('\n')}\n`;
}

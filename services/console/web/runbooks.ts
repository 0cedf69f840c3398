const files = import.meta.glob<string>('../../../observability/runbooks/*.md', {
  query: '?raw',
  import: 'default',
});
const loaded = new Map<string, Promise<string | undefined>>();

async function load(name: string): Promise<string | undefined> {
  return files[`../../../observability/runbooks/${name}.md`]?.();
}

/** The text of an alert's runbook, loaded when it is looked at; the same promise each time. */
export function runbook(name: string): Promise<string | undefined> {
  const text = loaded.get(name) ?? load(name);
  loaded.set(name, text);
  return text;
}

import { stringify } from 'yaml';

/** What Helm fills in stands between these in a manifest until it is text. */
const [open, close] = ['⟦', '⟧'];

/** A scalar: the value of a template expression. */
export const filled = (expression: string): string => `${open}${expression}${close}`;

/** A mapping or list: the value of a template expression as YAML. */
export const filledBlock = (expression: string): string => `${open}block ${expression}${close}`;

/** A scalar whose key is there only when the value is: a quoted text. */
export const filledWhereGiven = (value: string): string => `${open}with ${value}${close}`;

/** An item of a list that is there on a condition only, as the items to put in its place. */
export const optionalItem = <T>(condition: string, item: T): (T | string)[] => [
  `${open}line if ${condition}${close}`,
  item,
  `${open}line end${close}`,
];

/** A manifest as a template, in the YAML of Helm, where `off` is no text without quotes. What looks like a template in it, such as Prometheus' own, stays as it is. */
export function templateText(manifest: unknown): string {
  return stringify(manifest, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
    .replaceAll('{{', '{{ "{{" }}')
    .split('\n')
    .map((line) => {
      const item = new RegExp(`^ *- "?${open}line (.*)${close}"?$`).exec(line);
      if (item) return `{{- ${unescaped(item[1])} }}`;
      const block = new RegExp(`^( *)(.*): "?${open}block (.*)${close}"?$`).exec(line);
      if (block) {
        const [, indent = '', key = '', expression] = block;
        return `${indent}${key}: {{- toYaml ${unescaped(expression)} | nindent ${indent.length + 2} }}`;
      }
      const given = new RegExp(`^( *)(.*): "?${open}with (.*)${close}"?$`).exec(line);
      if (given) {
        const [, indent = '', key = '', value] = given;
        return `{{- with ${unescaped(value)} }}\n${indent}${key}: {{ . | quote }}\n{{- end }}`;
      }
      return line.replace(
        new RegExp(`"?${open}(.*)${close}"?`),
        (_, expression: string) => `{{ ${unescaped(expression)} }}`,
      );
    })
    .join('\n');
}

/** YAML may have put the text between quotes. */
const unescaped = (expression = ''): string => expression.replaceAll('\\"', '"');

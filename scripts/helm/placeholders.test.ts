import { expect, test } from 'vitest';
import { filled, filledBlock, filledWhereGiven, optionalItem, templateText } from './placeholders.ts';

test('a scalar is an expression of the template, also in quotes', () => {
  expect(templateText({ replicas: filled('.Values.kafka.replicas') })).toBe(
    'replicas: {{ .Values.kafka.replicas }}\n',
  );
  expect(templateText({ image: filled('include "go-coffee.image" (list $ "redis")') })).toBe(
    'image: {{ include "go-coffee.image" (list $ "redis") }}\n',
  );
});

test('a mapping is put in as YAML, two deeper than its key', () => {
  expect(templateText({ spec: { resources: filledBlock('.Values.resources') } })).toBe(
    'spec:\n  resources: {{- toYaml .Values.resources | nindent 4 }}\n',
  );
});

test('an item of a list is there on its condition', () => {
  expect(templateText({ ingress: ['first', ...optionalItem('.Values.backup.enabled', 'second')] })).toBe(
    'ingress:\n  - first\n{{- if .Values.backup.enabled }}\n  - second\n{{- end }}\n',
  );
});

test("what looks like a template is nobody's", () => {
  expect(templateText({ summary: 'of {{ $labels.job }}' })).toBe('summary: of {{ "{{" }} $labels.job }}\n');
});

test('a key is left out where there is no value', () => {
  expect(templateText({ spec: { storageClassName: filledWhereGiven('.Values.storageClass') } })).toBe(
    'spec:\n{{- with .Values.storageClass }}\n  storageClassName: {{ . | quote }}\n{{- end }}\n',
  );
});

test('words that Helm takes for truth values are quoted', () => {
  expect(templateText({ COFFEE_TLS: 'off' })).toBe('COFFEE_TLS: "off"\n');
});

{{/* The image of that name in .Values.images: by its digest where there is one. Called with the root and the name. */}}
{{- define "go-coffee.image" -}}
{{- $root := index . 0 -}}
{{- $image := index $root.Values.images (index . 1) -}}
{{- with $root.Values.imageRegistry }}{{ trimSuffix "/" . }}/{{ end }}{{ $image.repository }}
{{- with $image.tag }}:{{ . }}{{ end }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* The controllers that elect Kafka's leader: every broker. */}}
{{- define "go-coffee.kafka.voters" -}}
{{- range $index := until (int .Values.kafka.replicas) -}}
{{- if $index }},{{ end }}{{ add1 $index }}@kafka-{{ add1 $index }}.kafka-brokers:9093
{{- end -}}
{{- end -}}

{{/*
The settings that have a value. Helm takes out what is null where the chart has a value for it; with --reuse-values it is taken out
of the chart first, and stays null.
*/}}
{{- define "go-coffee.given" -}}
{{- $given := dict -}}
{{- range $name, $value := . -}}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $given $name $value }}{{ end -}}
{{- end -}}
{{ toYaml $given }}
{{- end -}}

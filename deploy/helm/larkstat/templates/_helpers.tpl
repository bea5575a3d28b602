{{/* The name of everything: the release's, with larkstat in it. */}}
{{- define "larkstat.name" -}}
{{- $name := ternary .Release.Name (printf "%s-larkstat" .Release.Name) (contains "larkstat" .Release.Name) -}}
{{- $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* What selects the pods of a component; never changes. Takes (list root component). */}}
{{- define "larkstat.selector" -}}
app.kubernetes.io/name: larkstat
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of an object of a component. Takes (list root component). */}}
{{- define "larkstat.labels" -}}
{{ include "larkstat.selector" . }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: larkstat-{{ (index . 0).Chart.Version }}
{{- end -}}

{{/* The Secret that the pods read. */}}
{{- define "larkstat.secret" -}}
{{- .Values.secrets.existing | default (include "larkstat.name" .) -}}
{{- end -}}

{{- define "larkstat.image" -}}
{{- $tag := required "image.tag must be set: the tag of the image that you built" .Values.image.tag | toString -}}
{{- required "image.repository must be set: the image that you built from the Dockerfile" .Values.image.repository }}:{{ $tag }}
{{- end -}}

{{/* Seconds that a pod is given to stop: the delay, the requests under way, and its job process. */}}
{{- define "larkstat.grace" -}}
{{- add (.Values.config.DRAIN_DELAY_SECONDS | int) (.Values.config.DRAIN_SECONDS | int) 25 -}}
{{- end -}}

{{/* A user and its group, and nothing that root may. Takes the id. */}}
{{- define "larkstat.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "larkstat.containerSecurity" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end -}}

{{/* The chart's own Postgres, by the variable POSTGRES_PASSWORD. */}}
{{- define "larkstat.databaseUrl" -}}
postgres://larkstat:$(POSTGRES_PASSWORD)@{{ include "larkstat.name" . }}-postgres/larkstat
{{- end -}}

{{/* Where the stores are. Without DATABASE_URL a pod would keep its posts in a Postgres that goes with it: it does not start. */}}
{{- define "larkstat.storeEnv" -}}
{{- $secret := include "larkstat.secret" . -}}
{{- if .Values.postgres.enabled }}
- name: POSTGRES_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: POSTGRES_PASSWORD } }
- name: DATABASE_URL
  value: {{ include "larkstat.databaseUrl" . }}
{{- else }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: DATABASE_URL } }
{{- end }}
{{- if .Values.redis.enabled }}
- name: REDIS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: REDIS_PASSWORD } }
- name: REDIS_URL
  value: redis://:$(REDIS_PASSWORD)@{{ include "larkstat.name" . }}-redis:6379
{{- end }}
{{- end -}}

{{/* The pod of a component that is larkstat itself. Takes (dict root component command env ports probes). */}}
{{- define "larkstat.pod" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .component -}}
metadata:
  labels:
    {{- include "larkstat.labels" (list .root .component) | nindent 4 }}
  annotations:
    # Pods restart when the chart's Secret changes; changes of another Secret take effect at the next rollout.
    checksum/secret: {{ toYaml $values.secrets | sha256sum }}
    {{- with $own.annotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  {{- mergeOverwrite (include "larkstat.podSpec" . | fromYaml) $own.podSpec | toYaml | nindent 2 }}
{{- end -}}

{{- define "larkstat.podSpec" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .component -}}
terminationGracePeriodSeconds: {{ include "larkstat.grace" .root }}
# Otherwise a Service named larkstat would set variables that begin with LARKSTAT_.
enableServiceLinks: false
automountServiceAccountToken: false
serviceAccountName: {{ $values.serviceAccount.name | default (ternary (include "larkstat.name" .root) "default" $values.serviceAccount.create) }}
securityContext:
  {{- include "larkstat.podSecurity" 1000 | nindent 2 }}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "larkstat.selector" (list .root .component) | nindent 8 }}
containers:
  - name: {{ .component }}
    image: {{ include "larkstat.image" .root }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    command: {{ toJson .command }}
    envFrom:
      - secretRef: { name: {{ include "larkstat.secret" .root }} }
    env:
      {{- include "larkstat.storeEnv" .root | nindent 6 }}
      {{- include "larkstat.configEnv" . | nindent 6 }}
    {{- with .ports }}
    ports: {{ toJson . }}
    {{- end }}
    {{- with .probes }}
    {{- . | nindent 4 }}
    {{- end }}
    securityContext:
      {{- include "larkstat.containerSecurity" . | nindent 6 }}
    resources: {{ toJson $own.resources }}
    volumeMounts:
      - { name: data, mountPath: /data }
      - { name: tmp, mountPath: /tmp }
      {{- if $values.uploads.claim.enabled }}
      - { name: uploads, mountPath: /uploads }
      {{- end }}
volumes:
  - name: data
    emptyDir: { sizeLimit: {{ $own.dataSize }} }
  - name: tmp
    emptyDir: { sizeLimit: 1Gi }
  {{- if $values.uploads.claim.enabled }}
  - name: uploads
    persistentVolumeClaim:
      claimName: {{ $values.uploads.claim.existing | default (printf "%s-uploads" (include "larkstat.name" .root)) }}
  {{- end }}
{{- end -}}

{{/* Variables that are no secrets. */}}
{{- define "larkstat.configEnv" -}}
{{- $values := .root.Values -}}
{{- if $values.uploads.claim.enabled }}
- name: UPLOADS_URL
  value: file:///uploads
{{- else if $values.uploads.url }}
- name: UPLOADS_URL
  value: {{ $values.uploads.url | quote }}
{{- end }}
{{- range $name, $value := merge (dict) .env $values.config }}
- name: {{ $name }}
  value: {{ include "larkstat.text" $value | quote }}
{{- end }}
{{- end -}}

{{/* A value as text. YAML takes off for false, and large numbers would be written with an exponent. */}}
{{- define "larkstat.text" -}}
{{- if kindIs "bool" . }}{{ ternary "on" "off" . }}
{{- else if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}
{{- else }}{{ . }}{{ end -}}
{{- end -}}

import type { LibraryJob } from '../../main/library/library.js';
import { writeLayer } from './layer.js';
import type { NamedRoot } from './named-root.js';
import { writeJson, writeManifest, type WriteOptions } from './write-image.js';

const created = '2026-02-02T02:02:02Z';
const time = Date.parse(created) / 1000;
const chart = { apiVersion: 'v2', name: 'web', version: '0.3.1', appVersion: '2.1.0', type: 'application', description: 'Runs demo/web.' };

const files: Readonly<Record<string, string>> = {
  'Chart.yaml': `${Object.entries(chart).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n')}\n`,
  'README.md': `# web

Runs the web server demo/web.

| value | default | what it is |
|---|---|---|
| \`replicas\` | 2 | how many run side by side |
| \`image.repository\` | localhost/demo/web | where the image comes from |
| \`image.tag\` | 2.1.0 | which version |
`,
  'values.yaml': 'replicas: 2\nimage:\n  repository: localhost/demo/web\n  tag: "2.1.0"\nservice:\n  port: 80\n',
  'templates/NOTES.txt': 'The service {{ .Release.Name }} answers on port {{ .Values.service.port }}.\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: { app: {{ .Release.Name }} }
  template:
    metadata:
      labels: { app: {{ .Release.Name }} }
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /health, port: 8080 } }
`,
  'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { app: {{ .Release.Name }} }
  ports: [{ port: {{ .Values.service.port }}, targetPort: 8080 }]
`,
};

/** `demo/chart`: a Helm chart as Helm pushes it, docs "Use OCI-based registries". */
export async function writeChart(job: LibraryJob, options: WriteOptions): Promise<NamedRoot[]> {
  const entries = Object.entries(files).map(([name, content]) => ({ name: `${chart.name}/${name}`, kind: 'file' as const, time, content }));
  const layer = await writeLayer(job, entries, { ...options, mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' });
  const config = await writeJson(job, 'application/vnd.cncf.helm.config.v1+json', chart, options);
  const root = await writeManifest(job, {
    config: config.descriptor,
    layers: [layer.descriptor],
    annotations: {
      'org.opencontainers.image.created': created,
      'org.opencontainers.image.description': chart.description,
      'org.opencontainers.image.title': chart.name,
      'org.opencontainers.image.version': chart.version,
    },
  }, options);
  return [{ name: `localhost/demo/chart:${chart.version}`, root }];
}

import type { Storage } from '../../fake/storage.js';
import { layerOf, putImage, putReferrer, type Descriptor, type Recipe, type Step } from './image.js';

/** What lies in the registries of the scenes. Names and figures are made up; times count from now. */

const day = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * day).toISOString();
const megabytes = (number: number): number => Math.round(number * 1_000_000);

/** The base of all products: the part that they share. */
const base: readonly Step[] = [
  { line: 'ADD rootfs.tar.xz / # rockylinux:9-minimal', size: megabytes(45.1) },
  { line: 'RUN /bin/sh -c microdnf install -y unzip tar shadow-utils procps-ng && microdnf clean all # buildkit', size: megabytes(38.6) },
  { line: 'RUN /bin/sh -c groupadd -g 802 wso2 && useradd -u 802 -g wso2 -m -d /home/wso2carbon wso2carbon # buildkit', size: 4_180 },
  { line: 'COPY --from=temurin:21-jdk /opt/java/openjdk /opt/java/openjdk # buildkit', size: megabytes(153.8) },
];

const product = (name: string, version: string, size: number): readonly Step[] => [
  ...base,
  { line: `ENV JAVA_HOME=/opt/java/openjdk WSO2_SERVER_NAME=${name} WSO2_SERVER_VERSION=${version}` },
  { line: 'COPY --chown=wso2carbon:wso2 docker-entrypoint.sh /home/wso2carbon/ # buildkit', size: 1_420 },
  { line: `RUN /bin/sh -c wget -q -O ${name}.zip $WSO2_SERVER_DIST_URL && unzip -q ${name}.zip && rm ${name}.zip # buildkit`, size: megabytes(size) },
  { line: 'ADD mysql-connector-j-9.1.0.jar repository/components/lib/ # buildkit', size: megabytes(2.5) },
  { line: 'ADD kubernetes-membership-scheme-1.0.10.jar dropins/ # buildkit', size: megabytes(1.1) },
  { line: 'COPY --chown=wso2carbon:wso2 motd.sh /etc/profile.d/ # buildkit', size: 300 },
  { line: 'RUN /bin/sh -c chown -R wso2carbon:wso2 /home/wso2carbon/wso2-tmp # buildkit', size: megabytes(61.9) },
  { line: 'USER 802' },
  { line: 'WORKDIR /home/wso2carbon' },
  { line: 'EXPOSE map[8243/tcp:{} 8280/tcp:{} 9443/tcp:{} 9763/tcp:{}]' },
  { line: 'ENTRYPOINT ["/home/wso2carbon/docker-entrypoint.sh"]' },
];

const run = {
  User: '802',
  Env: ['PATH=/opt/java/openjdk/bin:/usr/local/bin:/usr/bin:/bin', 'JAVA_HOME=/opt/java/openjdk', 'WSO2_SERVER_NAME=wso2am', 'WSO2_SERVER_HOME=/home/wso2carbon/wso2am'],
  Entrypoint: ['/home/wso2carbon/docker-entrypoint.sh'],
  WorkingDir: '/home/wso2carbon',
  ExposedPorts: { '8243/tcp': {}, '8280/tcp': {}, '9443/tcp': {}, '9763/tcp': {} },
  Labels: { 'maintainer': 'release@example.org', 'org.opencontainers.image.source': 'https://git.example.org/wso2/docker', 'org.opencontainers.image.vendor': 'Example' },
};

/** Tags of wso2/wso2am: six minor versions, each with patches in four flavours. */
function putReleases(storage: Storage): void {
  const repository = 'wso2/wso2am';
  let age = 2;
  for (let minor = 5; minor >= 0; minor -= 1) {
    for (let patch = 8; patch >= 0; patch -= 1) {
      for (const [at, flavour] of ['rocky', 'ubuntu', 'alpine', ''].entries()) {
        const version = `4.${minor}.${patch}`;
        const size = 412.7 + ((minor * 31 + patch * 17 + at * 43) % 60) - (flavour === 'alpine' ? 120 : 0);
        const root = putImage(storage, repository, [[version, flavour].filter(Boolean).join('-')], {
          created: ago(age), steps: product('wso2am', version, size), run, architectures: minor > 2 ? ['amd64', 'arm64'] : ['amd64'], attested: minor === 5,
        });
        if (minor === 5 && patch === 8 && flavour === 'rocky') {
          putReferrer(storage, repository, root, 'application/vnd.dev.cosign.artifact.sig.v1+json', 5_412);
          putReferrer(storage, repository, root, 'application/spdx+json', 1_204_388);
          storage.repository(repository).tags.set('rocky', root.digest).set('latest', root.digest);
        }
      }
      age += 6 + ((minor + patch) % 5);
    }
  }
}

/** A layer whose bytes are there, for images that are really moved. */
const solid = (line: string, size: number): Step => ({ line, bytes: Buffer.alloc(megabytes(size), `${line}\n`) });

const minimal: readonly Step[] = [solid('ADD rootfs.tar.xz / # rockylinux:9-minimal, for arm and amd', 6.4)];
const gateway: readonly Step[] = [...minimal, solid('RUN /bin/sh -c microdnf install -y envoy # buildkit', 9.7), solid('COPY gateway /usr/bin/gateway # buildkit', 4.2), { line: 'ENTRYPOINT ["/usr/bin/gateway"]' }];
const operator: readonly Step[] = [...minimal, solid('COPY operator /usr/bin/operator # buildkit', 7.9), { line: 'ENTRYPOINT ["/usr/bin/operator"]' }];
const website: readonly Step[] = [...minimal, solid('COPY dist /srv/www # buildkit', 2.6), { line: 'CMD ["httpd" "-f"]' }];
const trainer: readonly Step[] = [
  ...minimal,
  solid('RUN /bin/sh -c pip install --no-cache-dir -r requirements.txt # buildkit', 23.1),
  solid('COPY models /opt/models # buildkit', 31.6),
  solid('COPY vocabulary /opt/vocabulary # buildkit', 8.8),
  solid('COPY trainer /opt/trainer # buildkit', 1.3),
  { line: 'ENTRYPOINT ["python" "-m" "trainer"]' },
];

const others = [
  'astroml/base', 'astroml/notebook', 'library/postgres', 'library/redis', 'mirror/grafana', 'mirror/keycloak', 'mirror/nginx', 'mirror/prometheus', 'mirror/temurin', 'mirror/traefik',
  'platform/audit', 'platform/billing', 'platform/identity', 'platform/internal-developer-platform-continuous-delivery-controller', 'platform/mailer', 'platform/scheduler', 'platform/search',
  'platform/worker', 'sandbox/gateway-test', 'sandbox/scratch', 'sandbox/tharindu-experiments', 'wso2/wso2am-acp', 'wso2/wso2am-tm', 'wso2/wso2am-universal-gw', 'wso2/wso2is', 'wso2/wso2mi',
];

export function fillHarbor(storage: Storage): void {
  for (const name of others) storage.repository(name);
  putReleases(storage);
  for (const [at, version] of ['7.1.0', '7.0.0', '6.1.0'].entries()) putImage(storage, 'wso2/wso2is', [version, `${version}-rocky`], { created: ago(9 + at * 160), steps: product('wso2is', version, 388), run });
  putImage(storage, 'platform/gateway', ['2.1.0', 'latest'], { created: ago(5), steps: gateway });
  putImage(storage, 'platform/operator', ['1.14.2'], { created: ago(12), steps: operator });
  putImage(storage, 'platform/website', ['2026.11'], { created: ago(1), steps: website });
  putImage(storage, 'library/rockylinux', ['9-minimal', '9'], { created: ago(30), steps: minimal });
  putImage(storage, 'astroml/trainer', ['2026.11', '2026.10'], { created: ago(3), steps: trainer });
}

/** The laboratory's registry has the base of the products, an older wso2am, and nothing of the others. */
export function fillLaboratory(storage: Storage): ReadonlyMap<string, number> {
  for (const name of ['astroml/notebook', 'astroml/trainer', 'mirror/base', 'mirror/gateway']) storage.repository(name);
  const old: Recipe = { created: ago(18), steps: product('wso2am', '4.5.7', 405.2), run, architectures: ['amd64', 'arm64'] };
  putImage(storage, 'mirror/wso2am', ['4.5.8-rocky', '4.5.7-rocky'], old);
  const there: readonly Descriptor[] = base.filter(({ size }) => size !== undefined).flatMap((step) => [layerOf(step), layerOf(step, 'arm64')]);
  return new Map(there.map(({ digest, size }) => [digest, size]));
}

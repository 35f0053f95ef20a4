import type { EventName, RequestName } from './contract.js';

/** The allow-list of the preload script, which has no room for schemas: the compiler holds it equal to the contract. */
export const requestNames: Readonly<Record<RequestName, true>> = {
  'app.snapshot': true,
  'app.copyText': true,
  'app.reveal': true,
  'app.chooseFile': true,
  'app.exportDiagnostics': true,
  'settings.change': true,
  'accounts.check': true,
  'accounts.add': true,
  'accounts.change': true,
  'accounts.remove': true,
  'accounts.readCertificate': true,
  'repositories.pin': true,
  'view.open': true,
  'view.change': true,
  'view.rows': true,
  'view.refresh': true,
  'view.close': true,
  'artifact.inspect': true,
  'library.remove': true,
  'library.verify': true,
  'library.prune': true,
  'library.serve': true,
  'archive.open': true,
  'transfer.plan': true,
  'transfer.start': true,
  'transfer.pause': true,
  'transfer.cancel': true,
  'transfer.retry': true,
  'transfer.forget': true,
};

/** One channel each way; the name of a request or event stands in the message. */
export const requestChannel = 'longshore.request';
export const eventChannel = 'longshore.event';

export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requestNames, name);
}

export type { EventName };

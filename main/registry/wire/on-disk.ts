import { diskProblem } from '../../disk/problems.js';

/** Does something with a file. Errors of sockets look just like those of files, so that these are told apart where they arise. @throws ProblemError `disk-…` */
export function onDisk<T>(action: 'read' | 'write', path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskProblem(error, action, path);
  }
}

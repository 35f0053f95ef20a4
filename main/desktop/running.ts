import type { TransferState } from '../../shared/contract/transfers.js';

/** Transfers that move bytes here or are about to. Those of other processes go on without the window. */
export const isRunning = ({ status, elsewhere = false }: TransferState): boolean => !elsewhere && (status === 'planning' || status === 'running');

/** What of all running transfers has moved, 0 to 1; undefined when none runs or none knows its size yet. */
export function overallProgress(transfers: readonly TransferState[]): number | undefined {
  const running = transfers.filter(isRunning);
  const total = sum(running.map(({ bytes }) => bytes.total - bytes.present));
  if (running.length === 0 || total <= 0) return undefined;
  return Math.min(1, sum(running.map(({ bytes }) => bytes.moved)) / total);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

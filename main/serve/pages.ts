import type { ServerResponse } from 'node:http';
import { Refusal } from './refusal.js';

/**
 * One page of a sorted list after `last`, at most `n` long. When more follow, `Link` names the next page.
 * OCI distribution-spec, "Listing Tags": ASCII order, `n=0` gives none.
 */
export function pageOf(all: readonly string[], url: URL, response: ServerResponse): string[] {
  const number = url.searchParams.get('n');
  if (number !== null && !/^[0-9]{1,9}$/.test(number)) {
    throw new Refusal(400, 'PAGINATION_NUMBER_INVALID', 'n must be a whole number.', { detail: { n: number } });
  }
  const last = url.searchParams.get('last') ?? '';
  const rest = [...all].sort().filter((entry) => entry > last);
  const page = number === null ? rest : rest.slice(0, Number(number));
  const end = page.at(-1);
  if (end !== undefined && page.length < rest.length) {
    response.setHeader('link', `<${url.pathname}?${new URLSearchParams({ n: String(page.length), last: end }).toString()}>; rel="next"`);
  }
  return page;
}

import { words } from './words/en.js';

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

// Made when the first date is shown: their tables take 5 ms to load.
let date: Intl.DateTimeFormat | undefined;
let dateAndTime: Intl.DateTimeFormat | undefined;

/** `27 Nov 2026` */
export function formatDate(iso: string): string {
  date ??= new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  return date.format(new Date(iso));
}

/** `27 Nov 2026, 14:06`: what a tooltip says. */
export function formatTime(iso: string): string {
  dateAndTime ??= new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  return dateAndTime.format(new Date(iso));
}

/** Relative up to seven days, then the date: `5 min ago`, `2 d ago`, `12 Aug 2026`. */
export function formatAgo(iso: string, now = Date.now()): string {
  const passed = now - Date.parse(iso);
  if (passed < minute) return words.time.now;
  if (passed < hour) return words.time.minutes(Math.floor(passed / minute));
  if (passed < day) return words.time.hours(Math.floor(passed / hour));
  if (passed <= 7 * day) return words.time.days(Math.floor(passed / day));
  return formatDate(iso);
}

/** `2026-11-27` of this place, as a date field has it. */
export function dayOf(iso: string): string {
  const at = new Date(iso);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Whole days from now, rounded down; below zero when it has passed. */
export function daysUntil(iso: string, now = Date.now()): number {
  return Math.floor((Date.parse(iso) - now) / day);
}

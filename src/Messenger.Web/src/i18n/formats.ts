const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Days from one time to another by the calendar, not by 24 hours. */
export const daysBetween = (earlier: Date, later: Date): number => Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);

/** Times and sizes as a language writes them, in the reader's time zone. */
export class Formats {
  private readonly clock: Intl.DateTimeFormat;
  private readonly weekday: Intl.DateTimeFormat;
  private readonly shortDate: Intl.DateTimeFormat;
  private readonly yearDate: Intl.DateTimeFormat;
  private readonly dayHeading: Intl.DateTimeFormat;
  private readonly yearHeading: Intl.DateTimeFormat;
  private readonly whole: Intl.DateTimeFormat;
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly numbers: Intl.NumberFormat;

  constructor(locale: string) {
    const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, options);
    this.clock = format({ hour: 'numeric', minute: '2-digit' });
    this.weekday = format({ weekday: 'short' });
    this.shortDate = format({ day: 'numeric', month: 'short' });
    this.yearDate = format({ day: 'numeric', month: 'short', year: 'numeric' });
    this.dayHeading = format({ weekday: 'long', day: 'numeric', month: 'long' });
    this.yearHeading = format({ day: 'numeric', month: 'long', year: 'numeric' });
    this.whole = format({ dateStyle: 'medium', timeStyle: 'medium' });
    this.relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    this.numbers = new Intl.NumberFormat(locale);
  }

  time = (at: string): string => this.clock.format(new Date(at));

  full = (at: string): string => this.whole.format(new Date(at));

  number = (value: number): string => this.numbers.format(value);

  /** For a list: the time today, the weekday this week, the date before. */
  short(at: string, now = new Date()): string {
    const date = new Date(at);
    const days = daysBetween(date, now);
    if (days <= 0) return this.clock.format(date);
    if (days < 7) return this.weekday.format(date);
    return (date.getFullYear() === now.getFullYear() ? this.shortDate : this.yearDate).format(date);
  }

  /** For a separator: today, yesterday, then the date. */
  day(at: string, now = new Date()): string {
    const date = new Date(at);
    const days = daysBetween(date, now);
    if (days >= 0 && days < 2) return capitalised(this.relative.format(-days, 'day'));
    return capitalised((date.getFullYear() === now.getFullYear() ? this.dayHeading : this.yearHeading).format(date));
  }

  /** “5 minutes ago”, “in 2 hours”. */
  ago(at: string, now = Date.now()): string {
    const difference = Date.parse(at) - now;
    const size = Math.abs(difference);
    if (size < MINUTE) return this.relative.format(Math.round(difference / 1_000), 'second');
    if (size < HOUR) return this.relative.format(Math.round(difference / MINUTE), 'minute');
    if (size < DAY) return this.relative.format(Math.round(difference / HOUR), 'hour');
    return this.relative.format(Math.round(difference / DAY), 'day');
  }

  bytes(count: number): string {
    const units = ['B', 'KiB', 'MiB', 'GiB'];
    let value = count;
    let unit = 0;
    for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
    return `${this.numbers.format(Math.round(value * 10) / 10)} ${units[unit]}`;
  }
}

const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Days from one time to another by the calendar, not by 24 hours. */
export const daysBetween = (earlier: Date, later: Date): number => Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);

const STYLES = {
  clock: { hour: 'numeric', minute: '2-digit' },
  weekday: { weekday: 'short' },
  shortDate: { day: 'numeric', month: 'short' },
  yearDate: { day: 'numeric', month: 'short', year: 'numeric' },
  dayHeading: { weekday: 'long', day: 'numeric', month: 'long' },
  yearHeading: { day: 'numeric', month: 'long', year: 'numeric' },
  whole: { dateStyle: 'medium', timeStyle: 'medium' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Times and sizes as a language writes them, in the reader's time zone. To make a way of writing takes a browser milliseconds, so it is made when it is needed. */
export class Formats {
  private readonly made = new Map<string, Intl.DateTimeFormat>();
  private readonly numbers: Intl.NumberFormat;
  private relatives: Intl.RelativeTimeFormat | undefined;

  constructor(private readonly locale: string) {
    this.numbers = new Intl.NumberFormat(locale);
  }

  time = (at: string): string => this.written('clock', new Date(at));

  full = (at: string): string => this.written('whole', new Date(at));

  number = (value: number): string => this.numbers.format(value);

  /** For a list: the time today, the weekday this week, the date before. */
  short(at: string, now = new Date()): string {
    const date = new Date(at);
    const days = daysBetween(date, now);
    if (days <= 0) return this.written('clock', date);
    if (days < 7) return this.written('weekday', date);
    return this.written(date.getFullYear() === now.getFullYear() ? 'shortDate' : 'yearDate', date);
  }

  /** For a separator: today, yesterday, then the date. */
  day(at: string, now = new Date()): string {
    const date = new Date(at);
    const days = daysBetween(date, now);
    if (days >= 0 && days < 2) return capitalised(this.relative().format(-days, 'day'));
    return capitalised(this.written(date.getFullYear() === now.getFullYear() ? 'dayHeading' : 'yearHeading', date));
  }

  /** “5 minutes ago”, “in 2 hours”. */
  ago(at: string, now = Date.now()): string {
    const difference = Date.parse(at) - now;
    const size = Math.abs(difference);
    if (size < MINUTE) return this.relative().format(Math.round(difference / 1_000), 'second');
    if (size < HOUR) return this.relative().format(Math.round(difference / MINUTE), 'minute');
    if (size < DAY) return this.relative().format(Math.round(difference / HOUR), 'hour');
    return this.relative().format(Math.round(difference / DAY), 'day');
  }

  bytes(count: number): string {
    const units = ['B', 'KiB', 'MiB', 'GiB'];
    let value = count;
    let unit = 0;
    for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
    return `${this.numbers.format(Math.round(value * 10) / 10)} ${units[unit]}`;
  }

  private relative(): Intl.RelativeTimeFormat {
    return (this.relatives ??= new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' }));
  }

  private written(style: keyof typeof STYLES, date: Date): string {
    let format = this.made.get(style);
    if (!format) this.made.set(style, (format = new Intl.DateTimeFormat(this.locale, STYLES[style])));
    return format.format(date);
  }
}

const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

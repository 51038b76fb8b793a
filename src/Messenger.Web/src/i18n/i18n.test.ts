import { describe, expect, it } from 'vitest';
import { en } from './en';
import { daysBetween, Formats } from './formats';
import { ru } from './ru';

describe('Russian', () => {
  it.each([[0, 'сообщений'], [1, 'сообщение'], [2, 'сообщения'], [5, 'сообщений'], [11, 'сообщений'], [21, 'сообщение'], [104, 'сообщения']])('counts %d %s', (count, word) => {
    expect(ru.messages(count)).toBe(`${count} ${word}`);
  });

  it('has words for every code that English has', () => {
    expect(Object.keys(ru.problems).toSorted()).toEqual(Object.keys(en.problems).toSorted());
  });

  it('translates every word', () => {
    const same = Object.entries(en).filter(([key, value]) => typeof value === 'string' && (ru as Record<string, unknown>)[key] === value).map(([key]) => key);
    expect(same).toEqual([]);
  });
});

describe('times', () => {
  const now = new Date(2026, 4, 20, 12);
  it('are told by the calendar, not by hours', () => {
    expect(daysBetween(new Date(2026, 4, 19, 23, 59), new Date(2026, 4, 20, 0, 1))).toBe(1);
    expect(new Formats('en').day(new Date(2026, 4, 19, 23, 59).toISOString(), now)).toBe('Yesterday');
    expect(new Formats('ru').day(now.toISOString(), now)).toBe('Сегодня');
  });

  it('of last year name the year', () => {
    expect(new Formats('en').short(new Date(2025, 4, 20).toISOString(), now)).toContain('2025');
  });
});

import { totalsLine, totalsOf } from '../../scripts/lib/totals.mjs';

const report = (over = {}) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...over,
});

describe('the totals', () => {
  it('are one plain line', () => expect(totalsLine(totalsOf(report()))).toBe('3 passed, 0 failed'));

  it('count a file that could not run as failed', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }];
    expect(totalsOf(report({ testResults }))).toEqual({ passed: 3, failed: 1 });
  });

  it('count a failed test once', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }];
    expect(totalsOf(report({ numFailedTests: 1, testResults }))).toEqual({ passed: 3, failed: 1 });
  });

  it('count a skipped test as failed, unless tests were chosen by name', () => {
    expect(totalsOf(report({ numPendingTests: 2 })).failed).toBe(2);
    expect(totalsOf(report({ numPendingTests: 2 }), { isFiltered: true }).failed).toBe(0);
  });

  it('are a failure when jest wrote no report', () =>
    expect(totalsOf(null)).toEqual({ passed: 0, failed: 1 }));
});

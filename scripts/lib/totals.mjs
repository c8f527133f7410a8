/**
 * Totals of a jest run from its JSON report. A file that could not run counts as failed, and so does a skipped test,
 * unless the caller chose tests by name.
 */
export function totalsOf(report, { isFiltered = false } = {}) {
  if (report === null) return { passed: 0, failed: 1 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(isFailed),
  );
  const skipped = isFiltered ? 0 : report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length + skipped };
}

function isFailed({ status }) {
  return status === 'failed';
}

/** The plain line that ends a run. */
export function totalsLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}

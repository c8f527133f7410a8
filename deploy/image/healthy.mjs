// node deploy/image/healthy.mjs URL
// The health check of the image, which has no curl: exit code 0 where the address answers with 2xx in time.
const TIMEOUT_MS = 3_000;
const [url] = process.argv.slice(2);
const isHealthy = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (response) => response.ok,
  () => false,
);
process.exit(isHealthy ? 0 : 1);

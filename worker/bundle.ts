import path from 'node:path';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';

/** The workflow code that a worker runs: a file built before, or, where none is given, bundled now (some seconds). */
export async function loadWorkflowBundle(file: string | undefined): Promise<WorkflowBundleOption> {
  return file === undefined ? await bundleWorkflows() : { codePath: path.resolve(file) };
}

/** Bundles the workflow code by path: nothing of the worker is reachable from it. */
export async function bundleWorkflows(
  workflowsPath = path.resolve(__dirname, '../workflows'),
): Promise<{ code: string }> {
  return await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: path.join(workflowsPath, 'payload-converter'),
    workflowInterceptorModules: [path.join(workflowsPath, 'interceptors')],
    logger: new DefaultLogger('ERROR'),
  });
}

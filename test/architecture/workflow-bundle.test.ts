import { bundleWorkflows } from '../../worker/bundle';

describe('the workflow bundle', () => {
  let code: string;
  beforeAll(async () => {
    code = (await bundleWorkflows()).code;
  });

  it('holds no package but the SDK', () => {
    const packages = new Set(
      [...code.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g)].map(([, name]) => name),
    );
    expect(packages).toContain('@temporalio/workflow');
    const allowed = /^(@temporalio\/(workflow|common|worker|proto)|long|ms|nexus-rpc|@bufbuild\/protobuf)$/;
    expect([...packages].filter((name) => name !== undefined && !allowed.test(name))).toEqual([]);
  });

  it('holds no database, no parser and no code of the activities', () => {
    for (const foreign of [
      'node_modules/pg/',
      'node_modules/zod/',
      './activities/',
      './store/',
      './platform/',
    ])
      expect(code).not.toContain(foreign);
  });

  it('stays under 3 MB', () => {
    expect(code.length).toBeLessThan(3_000_000);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadReplyModel } from '../../../platform/reply-model';

describe('the reply model', () => {
  it('ships with the product', () => {
    expect(loadReplyModel()).toMatchObject({ version: 'reply-hazards-1', alpha: 1.28 });
  });

  it('that is damaged is refused by name', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'model-')), 'model.json');
    writeFileSync(path, JSON.stringify({ ...loadReplyModel(), clock: [1, 2] }));
    expect(() => loadReplyModel(path)).toThrow(`${path} is no reply model`);
  });
});

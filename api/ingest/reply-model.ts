import type { ReplyModel } from '../../domain/wait/reply-model';
import { loadReplyModel } from '../../platform/reply-model';

let loaded: ReplyModel | null = null;

/** The reply model that ships with the product, read once. */
export function replyModel(): ReplyModel {
  loaded ??= loadReplyModel();
  return loaded;
}

import { createMediaClient } from '../activities/media/media.client';
import type { ActivityParts } from '../activities';
import type { WorkerConfig } from '../platform/config';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { createFolderMediaStorage } from '../platform/media-storage';

/** What the fetching of files needs. Unfinished files of processes that died are cleared away. */
export async function createMediaParts(
  config: WorkerConfig,
  logger: Logger,
): Promise<Pick<ActivityParts, 'media' | 'mediaStorage' | 'mediaLimits'>> {
  const mediaStorage = createFolderMediaStorage(config.MEDIA_FOLDER);
  try {
    await mediaStorage.removeLeftBehind();
  } catch (error) {
    // Conversations go on without files.
    logger.error(describeError(error), 'the folder for media cannot be used yet: see MEDIA_FOLDER');
  }
  return {
    media: createMediaClient({
      baseUrl: config.WHATSAPP_BASE_URL,
      apiVersion: config.WHATSAPP_API_VERSION,
      accessToken: config.WHATSAPP_ACCESS_TOKEN,
      timeoutMs: config.WHATSAPP_TIMEOUT_MS,
      hosts: config.WHATSAPP_MEDIA_HOSTS,
    }),
    mediaStorage,
    mediaLimits: {
      timeoutMs: config.MEDIA_TIMEOUT_MS,
      bytesMax: {
        image: config.MEDIA_IMAGE_BYTES_MAX,
        audio: config.MEDIA_AUDIO_BYTES_MAX,
        video: config.MEDIA_VIDEO_BYTES_MAX,
        document: config.MEDIA_DOCUMENT_BYTES_MAX,
        sticker: config.MEDIA_STICKER_BYTES_MAX,
      },
    },
  };
}

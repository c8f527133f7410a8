/** Why a file could not be fetched. Never leaves the activity: it becomes a reason in the row of the file. */
export class MediaFailure extends Error {
  override readonly name = 'MediaFailure';
  readonly reasonCode: string;
  /** Whether another try may succeed. */
  readonly isPassing: boolean;
  /** Whether the link is to blame, so that a new one may help at once. */
  readonly isLinkToBlame: boolean;

  constructor(
    reasonCode: string,
    options: { readonly isPassing: boolean; readonly isLinkToBlame?: boolean; readonly cause?: unknown },
  ) {
    super(reasonCode, { cause: options.cause });
    this.reasonCode = reasonCode;
    this.isPassing = options.isPassing;
    this.isLinkToBlame = options.isLinkToBlame ?? false;
  }
}

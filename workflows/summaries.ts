import type { Activities } from '../activities';

const SUMMARIES: Readonly<Record<keyof Activities, string>> = {
  chooseNextStep: 'look what is next',
  resolveIdentity: 'who is the buyer',
  lookUpContact: 'look the buyer up in hubspot',
  noteUnknownIdentity: 'go on without knowing the buyer',
  reconstructContext: 'gather what is known',
  decideRoute: 'decide who answers',
  deliverSend: 'let the message leave',
  planFollowUp: 'plan what follows silence',
  judgeFollowUp: 'judge the due follow-up',
  parkTurn: 'leave the turn to a person',
  applySignal: 'carry out an order',
  fetchMedia: 'fetch the files of the turn',
  fetchDueMedia: 'fetch files that are due',
  drainOutbox: 'mirror into hubspot',
};

/** What the Temporal UI shows beside each activity; fixed words, as summaries stand in the history. */
export const ACTIVITY_SUMMARIES: Readonly<Record<string, string | undefined>> = SUMMARIES;

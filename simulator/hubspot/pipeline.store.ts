import { randomUUID } from 'node:crypto';
import type { Journal, Table } from '../state/journal.store';

export type Stage = {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly probability: string;
  readonly isClosed: boolean;
};
export type Pipeline = {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly stages: readonly Stage[];
  readonly created_at_ms: number;
};

const SALES_STAGES: readonly (readonly [string, string, string])[] = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0'],
  ['closedlost', 'Closed Lost', '0.0'],
];

const SALES_PIPELINE: Pipeline = {
  id: 'default',
  label: 'Sales Pipeline',
  displayOrder: 0,
  stages: SALES_STAGES.map(([id, label, probability], displayOrder) => ({
    id,
    label,
    displayOrder,
    probability,
    isClosed: id.startsWith('closed'),
  })),
  created_at_ms: 0,
};

/** Deal pipelines; every account has the default one with its seven stages. */
export class PipelineStore {
  private readonly table: Table<Pipeline>;

  constructor(journal: Journal) {
    this.table = journal.table('hubspot_pipelines');
  }

  list(): Pipeline[] {
    const own = [...this.table.values()];
    return own.some(({ id }) => id === SALES_PIPELINE.id) ? own : [SALES_PIPELINE, ...own];
  }

  get(id: string): Pipeline | undefined {
    return this.list().find((pipeline) => pipeline.id === id);
  }

  stage(pipelineId: string | null | undefined, stageId: string | null | undefined): Stage | undefined {
    return this.get(pipelineId ?? SALES_PIPELINE.id)?.stages.find(({ id }) => id === stageId);
  }

  /** The pipeline a stage belongs to; stage ids are unique in an account. */
  pipelineOfStage(stageId: string): Pipeline | undefined {
    return this.list().find(({ stages }) => stages.some(({ id }) => id === stageId));
  }

  create(input: Omit<Pipeline, 'id'>): Pipeline {
    const id = randomUUID();
    return this.table.put(id, { ...input, id });
  }
}

/** A pipeline as the API shows it; the closed flag and the probability are texts. */
export function pipelineView(pipeline: Pipeline): unknown {
  const createdAt = new Date(pipeline.created_at_ms).toISOString();
  return {
    id: pipeline.id,
    label: pipeline.label,
    displayOrder: pipeline.displayOrder,
    stages: pipeline.stages.map((stage) => stageView(stage, createdAt)),
    createdAt,
    updatedAt: createdAt,
    archived: false,
  };
}

export function stageView(stage: Stage, createdAt: string): unknown {
  return {
    id: stage.id,
    label: stage.label,
    displayOrder: stage.displayOrder,
    metadata: { isClosed: String(stage.isClosed), probability: stage.probability },
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    createdAt,
    updatedAt: createdAt,
    archived: false,
  };
}

export { conversation } from './conversation';
export { crmSync } from './crm-sync';

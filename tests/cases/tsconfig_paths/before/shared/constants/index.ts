export const STAGES = ['seed', 'growth'] as const;

export const STAGES = ['seed', 'growth', 'exit'] as const;

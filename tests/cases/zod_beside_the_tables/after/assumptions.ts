export const assumptions = { exits: [{ year: 5, multiple: 3.5 }], feeRate: 0.02 } as const;
export type Assumptions = typeof assumptions;

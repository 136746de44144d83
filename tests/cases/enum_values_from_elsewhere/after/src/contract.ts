export const LOT_TYPES = { initial: 'initial', followOn: 'follow_on', secondary: 'secondary' } as const;
export type LotType = (typeof LOT_TYPES)[keyof typeof LOT_TYPES];
export enum Currency { Usd = 'USD', Eur = 'EUR', Gbp = 'GBP' }

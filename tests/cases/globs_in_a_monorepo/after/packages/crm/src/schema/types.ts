export type Contact = { id: number };

import * as tables from './funds';

export const { funds } = tables;

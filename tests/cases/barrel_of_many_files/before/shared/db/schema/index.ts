export * from './users.js';
export * from './funds';
export { orders as zOrders } from './orders';
export * as hiddenBehindANamespace from './reports';

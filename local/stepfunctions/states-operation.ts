/** An operation of the API. @param account of who asks */
export type StatesOperation = (request: unknown, account: string) => Promise<object>;

/** What stands in place of an account in the requests of records where none was used: `host:docker.io`. */
export const hostPlace = 'host:';

/** Questions to a store are small and mostly waiting: eight at a time hide the round trips without a crowd. */
export const questionsAtOnce = 8;

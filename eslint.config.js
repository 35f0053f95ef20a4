import tseslint from 'typescript-eslint';

// Few rules, each for a fault that types alone let through.
export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'demo-output', '.cache', 'coverage', 'release'] },
  {
    files: ['**/*.ts'],
    plugins: { ts: tseslint.plugin },
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    rules: {
      'ts/no-floating-promises': 'error',
      'ts/no-misused-promises': 'error',
      'ts/await-thenable': 'error',
      'ts/return-await': ['error', 'error-handling-correctness-only'],
      'ts/only-throw-error': 'error',
      'ts/no-explicit-any': 'error',
      'ts/consistent-type-imports': 'error',
      'ts/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'error',
      'no-else-return': 'error',
      'max-lines': ['error', 300],
    },
  },
  { files: ['scripts/**', 'test/**'], rules: { 'no-console': 'off' } },
);

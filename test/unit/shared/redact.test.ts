import { describe, expect, it } from 'vitest';
import { redact } from '../../../shared/redact.js';

describe('redacting', () => {
  it.each([
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [secret]'],
    ['bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!', 'bearer [secret]!'],
    ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'got [secret]'],
    ['https://ann:pw@registry.example/v2/', 'https://[secret]@registry.example/v2/'],
    ['https://s3.example/x?X-Amz-Signature=abcdef&partNumber=1', 'https://s3.example/x?X-Amz-Signature=[secret]&partNumber=1'],
    ['https://blob.example/x?sv=1&sig=ab%2Fcd', 'https://blob.example/x?sv=1&sig=[secret]'],
    ['{"password":"hunter2","user":"ann"}', '{"password":"[secret]","user":"ann"}'],
    ['grant_type=refresh_token&refresh_token=abc', 'grant_type=refresh_token&refresh_token=[secret]'],
  ])('takes the secret out of %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it('takes out what it is told, plain and as it stands in URLs', () => {
    expect(redact('a b/c and a%20b%2Fc', ['a b/c', ''])).toBe('[secret] and [secret]');
  });

  it.each(['Basic authentication required', 'unauthorized: bearer realm missing', 'sha256:0123456789abcdef'])('leaves %s alone', (text) => {
    expect(redact(text)).toBe(text);
  });
});

/** Access tokens: those of Bring Your Own Channel. Nothing of its own. */
export { bearerOf, createTokenKey, hasScope, type TokenClaims } from '../byoc/signature.ts';

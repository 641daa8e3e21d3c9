// A verifier and a wallet of OpenID4VP with @openid4vc/openid4vp. Keys are JWKs; jose seals.

import { createHash, createPrivateKey, createPublicKey, sign, verify, X509Certificate } from "node:crypto";
import { Openid4vpClient, Openid4vpVerifier } from "@openid4vc/openid4vp";
import { CompactEncrypt, compactDecrypt, importJWK } from "jose";
import { run } from "./job.mjs";

const leafOf = (x5c) => new X509Certificate(Buffer.from(x5c[0], "base64"));

const callbacks = ({ key, text, posted }) => ({
  hash: (data, alg) => createHash(alg.replace("-", "")).update(data).digest(),
  getX509CertificateMetadata: (certificate) => {
    const names = leafOf([certificate]).subjectAltName ?? "";
    const dns = names.split(", ").filter((name) => name.startsWith("DNS:"));
    return { sanDnsNames: dns.map((name) => name.slice(4)), sanUriNames: [] };
  },
  // The one address that is asked gives the request; answers are kept instead of sent.
  fetch: async (_url, init) => {
    if (init?.method === "POST" && posted) {
      posted.push(init.body.toString());
      return new Response("{}", { headers: { "Content-Type": "application/json" } });
    }
    return new Response(text, { headers: { "Content-Type": "application/oauth-authz-req+jwt" } });
  },
  signJwt: (_signer, { header, payload }) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part(header)}.${part(payload)}`;
    const native = createPrivateKey({ key, format: "jwk" });
    const raw = sign("sha256", Buffer.from(input), { key: native, dsaEncoding: "ieee-p1363" });
    const signerJwk = createPublicKey(native).export({ format: "jwk" });
    return { jwt: `${input}.${raw.toString("base64url")}`, signerJwk };
  },
  verifyJwt: (signer, { compact }) => {
    const [header, payload, signature] = compact.split(".");
    const native = leafOf(signer.x5c).publicKey;
    const raw = Buffer.from(signature, "base64url");
    const input = Buffer.from(`${header}.${payload}`);
    const verified = verify("sha256", input, { key: native, dsaEncoding: "ieee-p1363" }, raw);
    return { verified, signerJwk: native.export({ format: "jwk" }) };
  },
  encryptJwe: async (to, data) => {
    const header = { alg: to.alg, enc: to.enc, kid: to.publicJwk.kid };
    const jwe = await new CompactEncrypt(new TextEncoder().encode(data))
      .setProtectedHeader(header)
      .encrypt(await importJWK(to.publicJwk, to.alg));
    return { encryptionJwk: to.publicJwk, jwe };
  },
  decryptJwe: async (jwe) => {
    const { plaintext } = await compactDecrypt(jwe, await importJWK(key, "ECDH-ES"));
    return { decrypted: true, decryptionJwk: key, payload: new TextDecoder().decode(plaintext) };
  },
});

const read = async (words) => {
  const client = new Openid4vpClient({ callbacks: callbacks(words) });
  const { params } = client.parseOpenid4vpAuthorizationRequest({ authorizationRequest: words.link });
  const resolved = await client.resolveOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: params,
  });
  return { client, resolved };
};

await run({
  // As a wallet: read the request behind a link.
  read: async (words) => {
    const { resolved } = await read(words);
    return {
      client: resolved.client.effective ?? resolved.client.identifier,
      prefix: resolved.client.prefix,
      version: resolved.version,
      payload: resolved.authorizationRequestPayload,
      transactions: (resolved.transactionData ?? []).map((each) => each.transactionData),
    };
  },

  // As a wallet: answer with presentations that were made elsewhere; gives the body to post.
  answer: async (words) => {
    const posted = [];
    const { client, resolved } = await read(words);
    const payload = resolved.authorizationRequestPayload;
    const made = await client.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload,
      authorizationResponsePayload: { vp_token: words.token },
      jarm: payload.response_mode.endsWith(".jwt")
        ? { encryption: { nonce: "unused" }, serverMetadata: words.metadata }
        : undefined,
    });
    const sender = new Openid4vpClient({ callbacks: callbacks({ ...words, posted }) });
    await sender.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: payload,
      authorizationResponsePayload: made.authorizationResponsePayload,
      jarm: made.jarm,
    });
    return posted[0];
  },

  // As a verifier: make a signed request.
  ask: async (words) => {
    const verifier = new Openid4vpVerifier({ callbacks: callbacks(words) });
    const made = await verifier.createOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: words.payload,
      jar: {
        requestUri: words.uri,
        expiresInSeconds: 300,
        additionalJwtPayload: words.audience ? { aud: words.audience } : undefined,
        jwtSigner: { method: "x5c", x5c: words.certificates, alg: "ES256" },
      },
    });
    return { link: made.authorizationRequest, text: made.jar.authorizationRequestJwt };
  },

  // As a verifier: open and read an answer.
  parse: async (words) => {
    const verifier = new Openid4vpVerifier({ callbacks: callbacks(words) });
    const parsed = await verifier.parseOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: words.payload,
      authorizationResponse: words.response,
      callbacks: callbacks(words),
    });
    return { nonce: parsed.expectedNonce, presentations: parsed.dcql?.presentations ?? null };
  },
});

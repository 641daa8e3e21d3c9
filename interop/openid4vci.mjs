// A wallet of OpenID4VCI with @openid4vc/openid4vci. Keys are JWKs.

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";
import { clientAuthenticationAnonymous, clientAuthenticationNone } from "@openid4vc/oauth2";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { run } from "./job.mjs";

const publicOf = (key) => createPublicKey(createPrivateKey({ key, format: "jwk" })).export({ format: "jwk" });
const signerOf = (key) => ({ method: "jwk", alg: "ES256", publicJwk: publicOf(key) });
const same = (one, other) => one.x === other.x && one.y === other.y;

// The issuer's addresses are https; what they stand for is one port of this machine.
const loopback = (origin, port, seen) => async (url, init) => {
  const address = new URL(url);
  if (address.origin !== origin) throw new Error(`not the issuer: ${address.origin}`);
  seen.push(`${init?.method ?? "GET"} ${address.pathname}`);
  return fetch(`http://127.0.0.1:${port}${address.pathname}${address.search}`, init);
};

const callbacks = ({ origin, port, keys, dpop, client }, seen) => ({
  fetch: loopback(origin, port, seen),
  hash: (data, alg) => createHash(alg.replace("-", "")).update(data).digest(),
  generateRandom: (size) => randomBytes(size),
  clientAuthentication: client
    ? clientAuthenticationNone({ clientId: client })
    : clientAuthenticationAnonymous(),
  signJwt: (signer, { header, payload }) => {
    const key = [dpop, ...keys].find((each) => each && same(publicOf(each), signer.publicJwk));
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${part(header)}.${part(payload)}`;
    const native = createPrivateKey({ key, format: "jwk" });
    const raw = sign("sha256", Buffer.from(input), { key: native, dsaEncoding: "ieee-p1363" });
    return { jwt: `${input}.${raw.toString("base64url")}`, signerJwk: publicOf(key) };
  },
});

await run({
  // Redeem an offer with a pre-authorized code, and get one credential for each key.
  obtain: async (words) => {
    const seen = [];
    const wallet = new Openid4vciClient({ callbacks: callbacks(words, seen) });
    const credentialOffer = await wallet.resolveCredentialOffer(words.offer);
    const issuerMetadata = await wallet.resolveIssuerMetadata(credentialOffer.credential_issuer);
    const granted = await wallet.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer,
      issuerMetadata,
      txCode: words.code,
      dpop: words.dpop && { signer: signerOf(words.dpop) },
    });
    const { c_nonce: nonce } = await wallet.requestNonce({ issuerMetadata });
    const credentialConfigurationId = credentialOffer.credential_configuration_ids[0];
    const proofs = [];
    for (const key of words.keys) {
      const { jwt } = await wallet.createCredentialRequestJwtProof({
        signer: signerOf(key),
        nonce,
        issuerMetadata,
        credentialConfigurationId,
        clientId: words.client,
      });
      proofs.push(jwt);
    }
    const { credentialResponse } = await wallet.retrieveCredentials({
      issuerMetadata,
      credentialConfigurationId,
      accessToken: granted.accessTokenResponse.access_token,
      dpop: granted.dpop,
      proofs: { jwt: proofs },
    });
    if (credentialResponse.notification_id)
      await wallet.sendNotification({
        issuerMetadata,
        accessToken: granted.accessTokenResponse.access_token,
        dpop: granted.dpop,
        notification: { notificationId: credentialResponse.notification_id, event: "credential_accepted" },
      });
    return {
      version: issuerMetadata.originalDraftVersion,
      token: granted.accessTokenResponse.token_type,
      credentials: credentialResponse.credentials.map((each) => each.credential),
      seen,
    };
  },
});

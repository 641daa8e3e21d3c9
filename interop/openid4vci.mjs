// A wallet of OpenID4VCI with @openid4vc/openid4vci. Keys are JWKs.

import { randomBytes } from "node:crypto";
import { clientAuthenticationAnonymous, clientAuthenticationNone } from "@openid4vc/oauth2";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { run } from "./job.mjs";
import { hashed, publicOf, same, signedJwt } from "./keys.mjs";

const signerOf = (key) => ({ method: "jwk", alg: "ES256", publicJwk: publicOf(key) });

const callbacks = ({ keys, dpop, client }, seen) => ({
  fetch: (url, init) => {
    seen.push(`${init?.method ?? "GET"} ${new URL(url).pathname}`);
    return fetch(url, init);
  },
  hash: hashed,
  generateRandom: (size) => randomBytes(size),
  clientAuthentication: client
    ? clientAuthenticationNone({ clientId: client })
    : clientAuthenticationAnonymous(),
  signJwt: (signer, jwt) =>
    signedJwt([dpop, ...keys].find((each) => each && same(publicOf(each), signer.publicJwk)), jwt),
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

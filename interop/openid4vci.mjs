// A wallet of OpenID4VCI with @openid4vc/openid4vci. Keys are JWKs.

import { randomBytes } from "node:crypto";
import {
  clientAuthenticationAnonymous,
  clientAuthenticationClientAttestationJwt,
  clientAuthenticationNone,
  createClientAttestationJwt,
  Oauth2Client,
} from "@openid4vc/oauth2";
import { Openid4vciClient, Openid4vciWalletProvider } from "@openid4vc/openid4vci";
import { run } from "./job.mjs";
import { hashed, publicOf, same, signedJwt } from "./keys.mjs";

const signerOf = (key) => ({ method: "jwk", alg: "ES256", publicJwk: publicOf(key) });

// Section 9.2 puts a `notification_id` beside the credentials; the peer refuses it there, so this
// wallet keeps it back, unless it is told to leave the answer alone.
const withoutNews = async (response, kept) => {
  const { notification_id: news, ...members } = await response.json();
  kept.news = news;
  return Response.json(members, { status: response.status });
};

const callbacks = (words, { seen, kept }) => {
  const { provider } = words;
  const signing = [words.dpop, provider?.instance, ...words.keys].filter((each) => each);
  const keyOf = (signer) =>
    signer.x5c ? provider.key : signing.find((each) => same(publicOf(each), signer.publicJwk));
  return {
    fetch: async (url, init) => {
      const { pathname } = new URL(url);
      seen.push(`${init?.method ?? "GET"} ${pathname}`);
      const response = await fetch(url, init);
      const isLater = pathname === "/deferred" && response.status === 200 && !words.left;
      return isLater ? withoutNews(response, kept) : response;
    },
    hash: hashed,
    generateRandom: (size) => randomBytes(size),
    signJwt: (signer, jwt) => signedJwt(keyOf(signer), jwt),
  };
};

// A wallet's provider vouches for this very wallet.
const attested = async ({ provider, client }, given) =>
  clientAuthenticationClientAttestationJwt({
    callbacks: given,
    clientAttestationJwt: await createClientAttestationJwt({
      callbacks: given,
      clientId: client,
      issuer: "https://provider.example",
      confirmation: { jwk: publicOf(provider.instance) },
      issuedAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
      signer: { method: "x5c", alg: "ES256", x5c: provider.certificates },
    }),
  });

const authentication = (words, given) => {
  if (words.provider) return attested(words, given);
  if (words.client) return clientAuthenticationNone({ clientId: words.client });
  return clientAuthenticationAnonymous();
};

const complete = async (words, notes) => {
  const given = callbacks(words, notes);
  return { ...given, clientAuthentication: await authentication(words, given) };
};

const dpopOf = ({ dpop }) => dpop && { signer: signerOf(dpop) };

const byPreAuthorizedCode = (wallet, words, found) =>
  wallet.retrievePreAuthorizedCodeAccessTokenFromOffer({
    ...found,
    txCode: words.code,
    dpop: dpopOf(words),
  });

// The person is asked at once, and agrees: what a browser would do is one redirect. The client of
// OpenID4VCI does not pass on a `state`, so the client of OAuth asks, which does.
const byBrowser = async (wallet, words, found, given) => {
  const { issuerMetadata, credentialOffer } = found;
  const [server] = issuerMetadata.authorizationServers;
  const offered = credentialOffer.credential_configuration_ids.map(
    (id) => issuerMetadata.credentialIssuer.credential_configurations_supported[id].scope,
  );
  const state = randomBytes(16).toString("base64url");
  const begun = await new Oauth2Client({ callbacks: given }).initiateAuthorization({
    authorizationServerMetadata: server,
    clientId: words.client,
    redirectUri: words.back,
    scope: offered.join(" "),
    state,
    resource: issuerMetadata.credentialIssuer.credential_issuer,
    dpop: dpopOf(words),
    additionalRequestPayload: {
      issuer_state: credentialOffer.grants.authorization_code.issuer_state,
    },
  });
  const shown = await fetch(begun.authorizationRequestUrl, { redirect: "manual" });
  const answered = wallet.parseAndVerifyAuthorizationResponseRedirectUrl({
    url: shown.headers.get("location"),
    authorizationServerMetadata: server,
  });
  if (answered.error) throw new Error(answered.error);
  if (answered.state !== state) throw new Error("another state");
  return wallet.retrieveAuthorizationCodeAccessTokenFromOffer({
    ...found,
    authorizationCode: answered.code,
    pkceCodeVerifier: begun.pkce?.codeVerifier,
    redirectUri: words.back,
    dpop: dpopOf(words),
  });
};

// The provider vouches for the keys, in reply to the issuer's nonce (appendix D.1). The peer's own
// attestation goes by the type of a draft, so it is used where the wallet is left alone.
const attestedKeys = async ({ keys, provider, left }, nonce, given) => {
  const claims = {
    nonce,
    key_storage: provider.storage,
    user_authentication: provider.authentication,
    attested_keys: keys.map(publicOf),
  };
  const signer = { method: "x5c", alg: "ES256", x5c: provider.certificates };
  const [issuedAt, expiresAt] = [new Date(), new Date(Date.now() + 3_600_000)];
  if (left)
    return new Openid4vciWalletProvider({ callbacks: given }).createKeyAttestationJwt({
      use: "proof_type.jwt",
      issuedAt,
      expiresAt,
      signer,
      nonce,
      keyStorage: claims.key_storage,
      userAuthentication: claims.user_authentication,
      attestedKeys: claims.attested_keys,
    });
  const seconds = (moment) => Math.floor(moment.getTime() / 1000);
  return signedJwt(provider.key, {
    header: { typ: "key-attestation+jwt", alg: "ES256", x5c: provider.certificates },
    payload: { iat: seconds(issuedAt), exp: seconds(expiresAt), ...claims },
  }).jwt;
};

const proofsOf = async (wallet, words, { issuerMetadata, credentialOffer }, given) => {
  const { c_nonce: nonce } = await wallet.requestNonce({ issuerMetadata });
  const keyAttestationJwt = words.provider && (await attestedKeys(words, nonce, given));
  const proofs = [];
  for (const key of words.keys) {
    const { jwt } = await wallet.createCredentialRequestJwtProof({
      signer: signerOf(key),
      nonce,
      issuerMetadata,
      credentialConfigurationId: credentialOffer.credential_configuration_ids[0],
      clientId: words.client,
      keyAttestationJwt,
    });
    proofs.push(jwt);
  }
  return { jwt: proofs };
};

// Ask again until the card is there; the issuer says how long to wait, which tests don't.
const insisted = async (wallet, first, asking) => {
  let [response, waits] = [first, 0];
  while (!response.credentials && waits < 5) {
    waits += 1;
    const transactionId = response.transaction_id;
    const again = await wallet.retrieveDeferredCredentials({ ...asking, transactionId });
    response = again.deferredCredentialResponse;
  }
  return { response, waits };
};

// With its refresh token the wallet gets the same credentials anew.
const renewed = async (wallet, words, found, given, granted) => {
  const [server] = found.issuerMetadata.authorizationServers;
  const fresh = await new Oauth2Client({ callbacks: given }).retrieveRefreshTokenAccessToken({
    authorizationServerMetadata: server,
    refreshToken: granted.accessTokenResponse.refresh_token,
    dpop: granted.dpop,
  });
  const { credentialResponse } = await wallet.retrieveCredentials({
    issuerMetadata: found.issuerMetadata,
    accessToken: fresh.accessTokenResponse.access_token,
    dpop: fresh.dpop,
    credentialConfigurationId: found.credentialOffer.credential_configuration_ids[0],
    proofs: await proofsOf(wallet, words, found, given),
  });
  return credentialResponse.credentials.map((each) => each.credential);
};

await run({
  // Redeem an offer, by its code or by way of the browser, and get one credential for each key.
  obtain: async (words) => {
    const [seen, kept] = [[], {}];
    const given = await complete(words, { seen, kept });
    const wallet = new Openid4vciClient({ callbacks: given });
    const credentialOffer = await wallet.resolveCredentialOffer(words.offer);
    const issuerMetadata = await wallet.resolveIssuerMetadata(credentialOffer.credential_issuer);
    const found = { credentialOffer, issuerMetadata };
    const granted = await (words.back ? byBrowser : byPreAuthorizedCode)(wallet, words, found, given);
    const asking = {
      issuerMetadata,
      accessToken: granted.accessTokenResponse.access_token,
      dpop: granted.dpop,
    };
    const { credentialResponse } = await wallet.retrieveCredentials({
      ...asking,
      credentialConfigurationId: credentialOffer.credential_configuration_ids[0],
      proofs: await proofsOf(wallet, words, found, given),
    });
    const { response, waits } = await insisted(wallet, credentialResponse, asking);
    const notificationId = response.notification_id ?? kept.news;
    if (notificationId)
      await wallet.sendNotification({
        ...asking,
        notification: { notificationId, event: "credential_accepted" },
      });
    return {
      version: issuerMetadata.originalDraftVersion,
      token: granted.accessTokenResponse.token_type,
      credentials: response.credentials.map((each) => each.credential),
      renewed: words.renews ? await renewed(wallet, words, found, given, granted) : [],
      waits,
      seen,
    };
  },
});

// A verifier and a wallet of OpenID4VP with @openid4vc/openid4vp, which pass messages from hand to
// hand. Keys are JWKs.

import { Openid4vpClient, Openid4vpVerifier } from "@openid4vc/openid4vp";
import { run } from "./job.mjs";
import { callbacks as given, sealingFor } from "./openid4vp_parts.mjs";

// Who stands behind a certificate is for wallet.mjs to judge, which trusts somebody.
const trusts = () => true;

// The one address that is asked gives the request; answers are kept instead of sent.
const callbacks = ({ key, text, posted }) =>
  given({
    key,
    trusts,
    fetch: async (_url, init) => {
      if (init?.method === "POST" && posted) {
        posted.push(init.body.toString());
        return new Response("{}", { headers: { "Content-Type": "application/json" } });
      }
      return new Response(text, { headers: { "Content-Type": "application/oauth-authz-req+jwt" } });
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
      jarm: sealingFor(payload),
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

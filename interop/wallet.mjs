// A wallet of other people's libraries that goes over the network itself: @openid4vc/openid4vp
// fetches, checks and answers; what it holds and shows stands in holding.mjs. Keys are JWKs.

import { Openid4vpClient } from "@openid4vc/openid4vp";
import { X509Certificate } from "node:crypto";
import { compactDecrypt, importJWK } from "jose";
import { presented } from "./holding.mjs";
import { run } from "./job.mjs";
import { isTrusted, publicOf } from "./keys.mjs";
import { callbacks, METADATA, sealingFor } from "./openid4vp_parts.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

// The peer posts the members of its metadata one by one, and no nonce; OpenID4VP 1.0, section
// 5.10, has two parameters. So this wallet writes that one body for it, unless told not to.
const asked = ({ nonce, sealing }) => {
  const metadata = sealing ? { ...METADATA, jwks: { keys: [sealedFor(sealing)] } } : METADATA;
  return new URLSearchParams({ wallet_metadata: JSON.stringify(metadata), wallet_nonce: nonce });
};

const sealedFor = (key) => ({ ...publicOf(key), kid: "wallet-1", use: "enc", alg: "ECDH-ES" });

// The peer can't open a request that is sealed for it, so jose does, unless told not to.
const opened = async (response, sealing) => {
  const key = await importJWK(sealing, "ECDH-ES");
  const { plaintext } = await compactDecrypt(await response.text(), key);
  return new Response(plaintext, { headers: response.headers });
};

const client = ({ roots, sealing, nonce, loose, closed }, requestUri, seen) => {
  const trusted = roots.map((each) => new X509Certificate(each));
  const send = async (url, init) => {
    const method = (init?.method ?? "get").toUpperCase();
    seen.push(`${method} ${new URL(url).pathname.replace(/[^/]{40,}/, "...")}`);
    if (url !== requestUri || method === "GET" || loose) return fetch(url, { ...init, method });
    const response = await fetch(url, { method, headers: FORM, body: asked({ nonce, sealing }) });
    return sealing && response.ok && !closed ? opened(response, sealing) : response;
  };
  const trusts = (chain) => isTrusted(chain, trusted);
  return new Openid4vpClient({ callbacks: callbacks({ key: sealing, trusts, fetch: send }) });
};

// Fetch the request behind a link, by GET or by POST, and check who signed it.
const read = async (errand, link, seen) => {
  const address = new URL(link);
  if (errand.method !== "post") address.searchParams.delete("request_uri_method");
  const wallet = client(errand, address.searchParams.get("request_uri"), seen);
  const authorizationRequest = address.href;
  const { params } = wallet.parseOpenid4vpAuthorizationRequest({ authorizationRequest });
  const resolved = await wallet.resolveOpenId4vpAuthorizationRequest({
    authorizationRequestPayload: params,
    wallet: errand.method === "post" ? { metadata: METADATA, expectedNonce: errand.nonce } : {},
  });
  return { wallet, resolved, payload: resolved.authorizationRequestPayload };
};

// One request and its answer. `method` is by GET unless it says "post"; `bound` changes what the
// presentation is bound to, `answered` what the answer goes by, `as` is the link of a request that
// is answered in the place of this one, `times` is how often the answer is sent, and with
// `declines` the person did not agree.
const present = async (holder, errand) => {
  const seen = [];
  const { wallet, resolved, payload } = await read(errand, errand.link, seen);
  const bound = { ...payload, ...errand.bound };
  const said = errand.declines
    ? { error: "access_denied" }
    : { vp_token: await presented(holder, resolved.dcql.query, bound) };
  const other = errand.as ? (await read(errand, errand.as, seen)).payload : payload;
  const answered = { ...other, ...errand.answered };
  const made = await wallet.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: answered,
    authorizationResponsePayload: said,
    jarm: sealingFor(answered),
  });
  const replies = [];
  for (let sent = 0; sent < (errand.times ?? 1); sent += 1) {
    const { response } = await wallet.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: answered,
      authorizationResponsePayload: made.authorizationResponsePayload,
      jarm: made.jarm,
    });
    replies.push({ status: response.status, body: await response.json() });
  }
  return {
    prefix: resolved.client.prefix,
    version: resolved.version,
    nonce: payload.wallet_nonce ?? null,
    replies,
    seen,
  };
};

await run({
  // Each errand by itself: a refusal of one is an answer to that one.
  present: async ({ key, cards, roots, errands }) => {
    const done = [];
    for (const errand of errands) {
      try {
        done.push(await present({ key, cards }, { roots, ...errand }));
      } catch (error) {
        done.push({ refused: `${error.name}: ${error.message}` });
      }
    }
    return done;
  },
});

// What @owf/mdoc is made of here, and presenting with it over OpenID4VP 1.0. Keys are JWKs.

import { randomBytes, X509Certificate } from "node:crypto";
import {
  CoseKey,
  DeviceKey,
  DeviceRequest,
  DeviceResponse,
  DocRequest,
  Holder,
  Issuer,
  IssuerSigned,
  ItemsRequest,
  SessionTranscript,
  Verifier,
} from "@owf/mdoc";
import { hashed, holds, isTrusted, keyOf, signed } from "./keys.mjs";

const unused = () => {
  throw new Error("these tests have no MACs of this peer");
};

// Digest identifiers are below 2^31 (ISO/IEC 18013-5, section 9.1.2.4), and the peer makes one of
// four random bytes: so the first of four begins with a zero bit here.
const random = (length) => {
  const drawn = new Uint8Array(randomBytes(length));
  if (length === 4) drawn[0] &= 0x7f;
  return drawn;
};

// The peer's tables know P-384 as "p-384" alone, which is the name of nothing elsewhere.
const theirs = (jwk) => (jwk.crv === "P-384" ? { ...jwk, crv: "p-384" } : jwk);
const ours = (jwk) => (jwk.crv === "p-384" ? { ...jwk, crv: "P-384" } : jwk);

export const context = {
  crypto: {
    random,
    digest: ({ digestAlgorithm, bytes }) => new Uint8Array(hashed(bytes, digestAlgorithm)),
    calculateEphemeralMacKey: unused,
  },
  cose: {
    sign1: {
      sign: ({ key, toBeSigned }) => new Uint8Array(signed(ours(key.jwk), key.jwk.alg, toBeSigned)),
      verify: ({ key, sign1 }) =>
        holds(ours(key.jwk), sign1.signatureAlgorithmName, sign1.toBeSigned, sign1.signature),
    },
    mac0: { sign: unused, verify: unused },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) =>
      new X509Certificate(certificate).issuer
        .split("\n")
        .filter((line) => line.startsWith(`${field}=`))
        .map((line) => line.slice(field.length + 1)),
    getPublicKey: ({ certificate, alg }) =>
      CoseKey.fromJwk({ ...theirs(keyOf(new X509Certificate(certificate))), alg }),
    verifyCertificateChain: ({ trustedCertificates, x5chain }) => {
      const [chain, roots] = [x5chain, trustedCertificates].map((every) =>
        every.map((each) => new X509Certificate(each)),
      );
      if (!isTrusted(chain, roots)) throw new Error("not a chain to a trusted root");
    },
    getCertificateData: ({ certificate }) => {
      const read = new X509Certificate(certificate);
      return {
        issuerName: read.issuer,
        subjectName: read.subject,
        serialNumber: read.serialNumber,
        thumbprint: read.fingerprint256,
        notBefore: new Date(read.validFrom),
        notAfter: new Date(read.validTo),
        pem: read.toString(),
      };
    },
  },
};

const signingKey = (key, alg) => CoseKey.fromJwk({ ...theirs(key), alg });

// The certificate is DER in base64. `left` alone, the peer names the device's curve by its own
// table; `drawn` is what each random byte is.
export const issueMdoc = async ({ doctype, namespaces, key, alg, hash, device, ...words }) => {
  const { certificate, validity, left, drawn } = words;
  const filled = (length) => new Uint8Array(length).fill(drawn);
  const source = drawn === undefined ? random : filled;
  const crypto = { ...context.crypto, random: source };
  const issuer = new Issuer(doctype, { ...context, crypto });
  for (const [name, values] of Object.entries(namespaces)) issuer.addIssuerNamespace(name, values);
  const dates = Object.entries(validity).map(([name, moment]) => [name, new Date(moment)]);
  return issuer.sign({
    signingKey: signingKey(key, alg),
    algorithm: signingKey(key, alg).algorithm,
    digestAlgorithm: hash,
    validityInfo: Object.fromEntries(dates),
    deviceKeyInfo: { deviceKey: DeviceKey.fromJwk(left ? device : theirs(device)) },
    certificates: [new Uint8Array(Buffer.from(certificate, "base64"))],
  });
};

// Of OpenID4VP 1.0, appendix B.2.6.1; the thumbprint is that of the key the answer is sealed for.
export const transcriptOf = ({ client_id, nonce, response_uri }, thumbprint) =>
  SessionTranscript.forOid4Vp(
    { clientId: client_id, nonce, responseUri: response_uri, jwkThumbprint: thumbprint },
    context,
  );

export const presentMdoc = ({ credential, elements, key, alg, transcript }) => {
  const namespaces = Object.fromEntries(
    Object.entries(elements).map(([namespace, names]) => [
      namespace,
      Object.fromEntries(names.map((name) => [name, false])),
    ]),
  );
  const docType = credential.issuerAuth.mobileSecurityObject.docType;
  const itemsRequest = ItemsRequest.create({ docType, namespaces });
  const docRequests = [DocRequest.create({ itemsRequest })];
  return Holder.createDeviceResponseForDeviceRequest(
    {
      deviceRequest: DeviceRequest.create({ docRequests }),
      sessionTranscript: transcript,
      issuerSigned: [credential],
      signature: { signingKey: signingKey(key, alg) },
    },
    context,
  );
};

export const elementsOf = (credential) =>
  Object.fromEntries(
    [...credential.issuerNamespaces.issuerNamespaces].map(([namespace, items]) => [
      namespace,
      Object.fromEntries(items.map((each) => [each.elementIdentifier, each.elementValue])),
    ]),
  );

export const parsed = (text) => IssuerSigned.fromEncodedForOid4Vci(text);

// `roots` are PEM.
export const verifyMdoc = async ({ response, roots, transcript }) => {
  const deviceResponse = DeviceResponse.decode(response);
  await Verifier.verifyDeviceResponse(
    {
      deviceResponse,
      sessionTranscript: transcript,
      trustedCertificates: roots.map((each) => new Uint8Array(new X509Certificate(each).raw)),
    },
    context,
  );
  return deviceResponse.documents.map((each) => ({
    doctype: each.docType,
    namespaces: elementsOf(each.issuerSigned),
  }));
};

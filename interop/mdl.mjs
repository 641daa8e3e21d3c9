// Issue, present and verify with @auth0/mdl. Keys are JWKs, bytes are base64.

import { createRequire } from "node:module";
import mdl from "@auth0/mdl";
import { run } from "./job.mjs";

const require = createRequire(import.meta.url);
const { cborDecode, cborEncode } = require("@auth0/mdl/lib/cbor");
const { COSEKeyFromJWK } = require("cose-kit");
const { DataItem, DeviceResponse, Document, MDoc, Verifier } = mdl;

const bytes = (text) => Buffer.from(text, "base64");
const text = (raw) => Buffer.from(raw).toString("base64");
const embedded = (raw) => cborEncode(new DataItem({ buffer: bytes(raw) }));

// The peer presents from a response without a device part, so an IssuerSigned is wrapped in one.
const wrapped = (doctype, issuerSigned) =>
  cborEncode(
    new Map([
      ["version", "1.0"],
      ["documents", [new Map([["docType", doctype], ["issuerSigned", cborDecode(bytes(issuerSigned))]])]],
      ["status", 0],
    ]),
  );

const definition = (doctype, disclose) => ({
  id: "any",
  input_descriptors: [
    {
      id: doctype,
      format: { mso_mdoc: { alg: ["ES256", "ES384", "EdDSA"] } },
      constraints: {
        limit_disclosure: "required",
        fields: disclose.map(([namespace, name]) => ({
          path: [`$['${namespace}']['${name}']`],
          intent_to_retain: false,
        })),
      },
    },
  ],
});

await run({
  issue: async ({ doctype, namespaces, key, kid, alg, hash, certificate, device, validity }) => {
    const document = new Document(doctype);
    for (const [name, values] of Object.entries(namespaces)) document.addIssuerNameSpace(name, values);
    const dates = Object.entries(validity).map(([name, moment]) => [name, new Date(moment)]);
    const signed = await document
      .useDigestAlgorithm(hash)
      .addValidityInfo(Object.fromEntries(dates))
      .addDeviceKeyInfo({ deviceKey: device })
      .sign({ issuerPrivateKey: key, issuerCertificate: certificate, alg, kid });
    return text(cborEncode(signed.prepare().get("issuerSigned")));
  },

  present: async ({ doctype, issuerSigned, disclose, key, alg, transcript, reader, elements }) => {
    const builder = DeviceResponse.from(wrapped(doctype, issuerSigned))
      .usingPresentationDefinition(definition(doctype, disclose))
      .usingSessionTranscriptBytes(embedded(transcript));
    for (const [name, values] of Object.entries(elements)) builder.addDeviceNameSpace(name, values);
    if (reader) builder.authenticateWithMAC(key, COSEKeyFromJWK(reader), "HS256");
    else builder.authenticateWithSignature(key, alg);
    return text((await builder.sign()).encode());
  },

  verify: async ({ response, roots, transcript, reader }) => {
    const found = await new Verifier(roots).verify(bytes(response), {
      encodedSessionTranscript: embedded(transcript),
      ...(reader && { ephemeralReaderKey: COSEKeyFromJWK(reader) }),
    });
    return found.documents.map((each) => ({
      doctype: each.docType,
      namespaces: Object.fromEntries(
        each.issuerSignedNameSpaces.map((name) => [name, each.getIssuerNameSpace(name)]),
      ),
      elements: each.deviceSigned?.nameSpaces ?? {},
    }));
  },
});

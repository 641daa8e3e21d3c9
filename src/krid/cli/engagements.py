"""A device engagement for people: how to reach a phone, and nothing of it believed."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from krid.cli.content import Content

if TYPE_CHECKING:
    from krid.proximity import OriginInfo, RetrievalMethod


def decode(content: Content) -> Mapping[str, object]:
    """Decode a device engagement of ISO 18013-5.

    Raises:
        MalformedError, UnsupportedError: as `DeviceEngagement.parse`.
    """
    from krid.proximity import DeviceEngagement

    found = DeviceEngagement.parse(content.raw)
    return {
        "version": found.version,
        "curve": found.key.curve.jose,
        "key": found.key.raw,
        "methods": [_method(each) for each in found.methods],
        "origins": [_members(each) for each in found.origins],
        "capabilities": {str(number): each for number, each in found.capabilities.items()},
    }


def _method(method: "RetrievalMethod") -> Mapping[str, object]:
    return {"method": _name(method), **_members(method)}


def _name(method: "RetrievalMethod") -> str:
    from krid.proximity import BleOptions, NfcOptions, OtherMethod, WifiAwareOptions

    match method:
        case BleOptions():
            return "ble"
        case NfcOptions():
            return "nfc"
        case WifiAwareOptions():
            return "wifi_aware"
        case OtherMethod():
            return "other"
        case _ as never:
            assert_never(never)


def _members(value: "RetrievalMethod | OriginInfo") -> Mapping[str, object]:
    members = {each.name: getattr(value, each.name) for each in fields(value)}
    return {
        name: str(each) if isinstance(each, UUID) else each
        for name, each in members.items()
        if each is not None
    }

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// The registry of ERC-1056, for did:ethr: who owns an address, and which keys speak for it.
///
/// Written anew against the interface, events and signed messages of the standard; every function
/// that changes something has a twin that takes the owner's signature and lets anybody pay.
contract DidRegistry {
    mapping(address => address) public owners;
    mapping(address => mapping(bytes32 => mapping(address => uint256))) public delegates;
    mapping(address => uint256) public changed;
    mapping(address => uint256) public nonce;

    event DIDOwnerChanged(address indexed identity, address owner, uint256 previousChange);
    event DIDDelegateChanged(
        address indexed identity,
        bytes32 delegateType,
        address delegate,
        uint256 validTo,
        uint256 previousChange
    );
    event DIDAttributeChanged(
        address indexed identity,
        bytes32 name,
        bytes value,
        uint256 validTo,
        uint256 previousChange
    );

    function identityOwner(address identity) public view returns (address) {
        address owner = owners[identity];
        return owner == address(0) ? identity : owner;
    }

    function validDelegate(address identity, bytes32 delegateType, address delegate) public view returns (bool) {
        return delegates[identity][_slot(delegateType)][delegate] > block.timestamp;
    }

    function changeOwner(address identity, address newOwner) public {
        _checkActor(identity, msg.sender);
        _changeOwner(identity, newOwner);
    }

    function changeOwnerSigned(address identity, uint8 sigV, bytes32 sigR, bytes32 sigS, address newOwner) public {
        _checkSignature(identity, sigV, sigR, sigS, abi.encodePacked("changeOwner", newOwner));
        _changeOwner(identity, newOwner);
    }

    function addDelegate(address identity, bytes32 delegateType, address delegate, uint256 validity) public {
        _checkActor(identity, msg.sender);
        _setDelegate(identity, delegateType, delegate, block.timestamp + validity);
    }

    function addDelegateSigned(
        address identity,
        uint8 sigV,
        bytes32 sigR,
        bytes32 sigS,
        bytes32 delegateType,
        address delegate,
        uint256 validity
    ) public {
        bytes memory message = abi.encodePacked("addDelegate", delegateType, delegate, validity);
        _checkSignature(identity, sigV, sigR, sigS, message);
        _setDelegate(identity, delegateType, delegate, block.timestamp + validity);
    }

    function revokeDelegate(address identity, bytes32 delegateType, address delegate) public {
        _checkActor(identity, msg.sender);
        _setDelegate(identity, delegateType, delegate, block.timestamp);
    }

    function revokeDelegateSigned(
        address identity,
        uint8 sigV,
        bytes32 sigR,
        bytes32 sigS,
        bytes32 delegateType,
        address delegate
    ) public {
        bytes memory message = abi.encodePacked("revokeDelegate", delegateType, delegate);
        _checkSignature(identity, sigV, sigR, sigS, message);
        _setDelegate(identity, delegateType, delegate, block.timestamp);
    }

    function setAttribute(address identity, bytes32 name, bytes memory value, uint256 validity) public {
        _checkActor(identity, msg.sender);
        _tellAttribute(identity, name, value, block.timestamp + validity);
    }

    function setAttributeSigned(
        address identity,
        uint8 sigV,
        bytes32 sigR,
        bytes32 sigS,
        bytes32 name,
        bytes memory value,
        uint256 validity
    ) public {
        bytes memory message = abi.encodePacked("setAttribute", name, value, validity);
        _checkSignature(identity, sigV, sigR, sigS, message);
        _tellAttribute(identity, name, value, block.timestamp + validity);
    }

    function revokeAttribute(address identity, bytes32 name, bytes memory value) public {
        _checkActor(identity, msg.sender);
        _tellAttribute(identity, name, value, 0);
    }

    function revokeAttributeSigned(
        address identity,
        uint8 sigV,
        bytes32 sigR,
        bytes32 sigS,
        bytes32 name,
        bytes memory value
    ) public {
        _checkSignature(identity, sigV, sigR, sigS, abi.encodePacked("revokeAttribute", name, value));
        _tellAttribute(identity, name, value, 0);
    }

    function _changeOwner(address identity, address newOwner) private {
        owners[identity] = newOwner;
        emit DIDOwnerChanged(identity, newOwner, changed[identity]);
        changed[identity] = block.number;
    }

    function _setDelegate(address identity, bytes32 delegateType, address delegate, uint256 validTo) private {
        delegates[identity][_slot(delegateType)][delegate] = validTo;
        emit DIDDelegateChanged(identity, delegateType, delegate, validTo, changed[identity]);
        changed[identity] = block.number;
    }

    function _tellAttribute(address identity, bytes32 name, bytes memory value, uint256 validTo) private {
        emit DIDAttributeChanged(identity, name, value, validTo, changed[identity]);
        changed[identity] = block.number;
    }

    function _checkActor(address identity, address actor) private view {
        require(actor == identityOwner(identity), "bad_actor");
    }

    /// What is signed names this contract, the owner's nonce and the identity: none serves twice.
    function _checkSignature(
        address identity,
        uint8 sigV,
        bytes32 sigR,
        bytes32 sigS,
        bytes memory message
    ) private {
        address owner = identityOwner(identity);
        bytes memory head = abi.encodePacked(bytes1(0x19), bytes1(0), this, nonce[owner], identity);
        address signer = ecrecover(keccak256(abi.encodePacked(head, message)), sigV, sigR, sigS);
        require(signer != address(0) && signer == owner, "bad_signature");
        nonce[owner]++;
    }

    function _slot(bytes32 delegateType) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(delegateType));
    }
}

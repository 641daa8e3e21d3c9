// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// What a country or a sector says about whom to trust, and which documents are genuine.
///
/// A subject is named by the 32 bytes of krid's `Subject.key`; the words that were hashed stand in
/// the statement, which krid encodes and reads. Nothing here is about a person.
contract KridTrust {
    /// An issuer as it stands now. `since` is the block of the newest change, 0 when there is none.
    struct Issuer {
        uint64 since;
        uint64 validFrom;
        uint64 validUntil;
        uint8 roles;
        bytes statement;
    }

    /// The newest digest of a document, and the block of it.
    struct Anchor {
        uint64 since;
        bytes statement;
    }

    uint8 public constant ROLE_ISSUER = 1;
    uint8 public constant ROLE_STATUS = 2;
    uint8 public constant ROLE_VERIFIER = 4;
    uint256 public constant MAX_STATEMENT_BYTES = 8192;

    address public owner;
    address public nextOwner;

    /// Who may write, and until when; the owner may always.
    mapping(address => uint64) public registrarUntil;
    mapping(bytes32 => Issuer) private issuers;
    mapping(bytes32 => Anchor) private anchors;

    event OwnerChanged(address indexed from, address indexed to);
    event RegistrarSet(address indexed registrar, uint64 until);
    event IssuerSet(bytes32 indexed subject, uint8 roles, uint64 validFrom, uint64 validUntil, bytes statement);
    event IssuerRemoved(bytes32 indexed subject, bytes statement);
    event Anchored(bytes32 indexed subject, bytes statement);

    error NotAllowed();
    error BadStatement();
    error BadRoles();
    error BadPeriod();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotAllowed();
        _;
    }

    modifier onlyRegistrar() {
        if (msg.sender != owner && registrarUntil[msg.sender] < block.timestamp) revert NotAllowed();
        _;
    }

    modifier sized(bytes calldata statement) {
        if (statement.length == 0 || statement.length > MAX_STATEMENT_BYTES) revert BadStatement();
        _;
    }

    constructor() {
        owner = msg.sender;
        emit OwnerChanged(address(0), msg.sender);
    }

    /// Hand the contract on; the new owner has to take it, so that none is lost to a wrong address.
    function offerOwnership(address to) external onlyOwner {
        nextOwner = to;
    }

    function takeOwnership() external {
        if (msg.sender != nextOwner) revert NotAllowed();
        emit OwnerChanged(owner, msg.sender);
        owner = msg.sender;
        nextOwner = address(0);
    }

    /// Let an address write until a moment; 0 takes it back.
    function setRegistrar(address registrar, uint64 until) external onlyOwner {
        registrarUntil[registrar] = until;
        emit RegistrarSet(registrar, until);
    }

    /// Trust an issuer from now on, in the place of whatever was said before.
    function setIssuer(
        bytes32 subject,
        uint8 roles,
        uint64 validFrom,
        uint64 validUntil,
        bytes calldata statement
    ) external onlyRegistrar sized(statement) {
        if (roles == 0 || roles > (ROLE_ISSUER | ROLE_STATUS | ROLE_VERIFIER)) revert BadRoles();
        if (validUntil < validFrom) revert BadPeriod();
        issuers[subject] = Issuer(uint64(block.number), validFrom, validUntil, roles, statement);
        emit IssuerSet(subject, roles, validFrom, validUntil, statement);
    }

    /// Trust an issuer no longer. The statement of its removal stays.
    function removeIssuer(bytes32 subject, bytes calldata statement) external onlyRegistrar sized(statement) {
        issuers[subject] = Issuer(uint64(block.number), 0, 0, 0, statement);
        emit IssuerRemoved(subject, statement);
    }

    /// Say which document is genuine: a schema, type metadata, a status list, another ledger.
    function anchor(bytes32 subject, bytes calldata statement) external onlyRegistrar sized(statement) {
        anchors[subject] = Anchor(uint64(block.number), statement);
        emit Anchored(subject, statement);
    }

    function issuerOf(bytes32 subject) external view returns (Issuer memory) {
        return issuers[subject];
    }

    function anchorOf(bytes32 subject) external view returns (Anchor memory) {
        return anchors[subject];
    }

    /// For other contracts: is it trusted in these roles at this moment?
    function isTrusted(bytes32 subject, uint8 roles, uint64 moment) external view returns (bool) {
        Issuer storage issuer = issuers[subject];
        return roles != 0 && issuer.roles & roles == roles && issuer.validFrom <= moment && moment <= issuer.validUntil;
    }
}

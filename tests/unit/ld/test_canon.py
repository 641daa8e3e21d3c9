"""RDFC-1.0 beside pyoxigraph, and its limits."""

import random

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.ld import HashAlg, Quad, canonicalize, parse_nquads, write_nquads

NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:x>"])
QUADS = st.lists(
    st.builds(
        Quad,
        NODES,
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        NODES | st.just('"x"'),
        NODES | st.just(""),
    ),
    max_size=8,
)


def by_oxigraph(quads: list[Quad], hash_alg: HashAlg) -> str:
    algorithm = {
        HashAlg.SHA256: pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
        HashAlg.SHA384: pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
    }[hash_alg]
    parsed = pyoxigraph.parse(write_nquads(quads), format=pyoxigraph.RdfFormat.N_QUADS)
    dataset = pyoxigraph.Dataset(list(parsed))
    dataset.canonicalize(algorithm)
    raw = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    assert raw is not None
    return "".join(sorted(raw.decode().splitlines(keepends=True)))


@settings(max_examples=200, deadline=None)
@given(quads=QUADS, hash_alg=st.sampled_from(HashAlg))
def test_as_pyoxigraph(quads: list[Quad], hash_alg: HashAlg) -> None:
    assert canonicalize(quads, hash_alg=hash_alg).text == by_oxigraph(quads, hash_alg)


@settings(max_examples=200, deadline=None)
@given(quads=QUADS, seed=st.integers())
def test_names_and_order_do_not_matter(quads: list[Quad], seed: int) -> None:
    nodes = ["_:a", "_:b", "_:c", "_:d", "_:e"]
    mixed = random.Random(seed)  # noqa: S311  to shuffle a test's names
    names = dict(zip(nodes, mixed.sample([f"_:n{i}" for i in range(9)], len(nodes)), strict=True))
    other = [quad.relabelled(names) for quad in quads]
    mixed.shuffle(other)
    assert canonicalize(other).text == canonicalize(quads).text


def test_canonical_form_is_its_own() -> None:
    once = canonicalize(parse_nquads("_:x <urn:p> _:y .\n_:y <urn:p> _:z <urn:g> .\n"))
    assert canonicalize(parse_nquads(once.text)).text == once.text
    assert len(once.lines) == len(once.quads) == 2


def clique(size: int) -> list[Quad]:
    nodes = [f"_:n{i}" for i in range(size)]
    return [Quad(a, "<urn:p>", b) for a in nodes for b in nodes if a != b]


def test_poison_by_width() -> None:
    with pytest.raises(MalformedError) as refusal:
        canonicalize(clique(10))
    assert refusal.value.code is Code.LD_POISON


def test_poison_by_length() -> None:
    ring = [Quad(f"_:n{i}", "<urn:p>", f"_:n{(i + 1) % 400}") for i in range(400)]
    with pytest.raises(MalformedError) as refusal:
        canonicalize(ring)
    assert refusal.value.code is Code.LD_POISON


def test_a_caller_may_allow_less() -> None:
    assert canonicalize(clique(3)).labels
    with pytest.raises(MalformedError) as refusal:
        canonicalize(clique(3), max_steps=3)
    assert refusal.value.code is Code.LD_POISON


def test_size() -> None:
    with pytest.raises(MalformedError) as refusal:
        canonicalize(Quad("<urn:s>", "<urn:p>", f'"{i}"') for i in range(limits.MAX_LD_QUADS + 1))
    assert refusal.value.code is Code.LD_SIZE


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_nodes_alike(size: int) -> None:
    """Chains and cliques side by side, in which naming one node names others."""
    chains = [
        Quad(f"_:{chain}{place}", "<urn:p>", f"_:{chain}{place + 1}")
        for chain in "ab"
        for place in range(size)
    ]
    for quads in (chains, [*chains, *clique(4)], clique(size)):
        assert canonicalize(quads).text == by_oxigraph(quads, HashAlg.SHA256)


def test_paths_that_are_longer_late() -> None:
    """A path that loses only where it walks on to other nodes."""
    edges = [(0, 2), (0, 4), (1, 3), (2, 1), (2, 4), (3, 0), (3, 1), (4, 0), (4, 2)]
    quads = [Quad(f"_:n{one}", "<urn:p>", f"_:n{other}") for one, other in edges]
    assert canonicalize(quads).text == by_oxigraph(quads, HashAlg.SHA256)

"""Random instances written in every layout come back as they were; spoilt ones are refused."""

from __future__ import annotations

import numpy as np
import pytest

from planner.bench.instances import read_instance
from planner.errors import InputError


def draw(rng, *, square=False):
    """Sites with room and opening costs, points with demands, and what serving costs.

    Not so many points that two layouts would fit: m + 1 of them, or a multiple.
    """
    m = int(rng.integers(3, 7))
    n = m if square else m + int(rng.integers(2, 6))
    n += not square and n % (m + 1) == 0
    return {
        "cost": rng.integers(0, 90, (n, m)) / int(rng.choice([1, 4])),
        "demands": rng.integers(1, 9, n).astype(float),
        "capacities": rng.integers(9, 40, m).astype(float),
        "opening": rng.integers(0, 99, m).astype(float),
        "p": int(rng.integers(1, m - 1)),
    }


def line(*numbers):
    return " ".join(f"{number:g}" for number in numbers)


def lines(rows):
    return [line(*row) for row in rows]


def cap(one):
    n, m = one["cost"].shape
    sites = zip(one["capacities"], one["opening"], strict=True)
    points = np.column_stack([one["demands"], one["cost"]])
    return [line(m, n), *lines(sites), *lines(points)]


def cap_apart(one):
    head = cap(one)[: 1 + len(one["opening"])]
    pairs = zip(one["demands"], one["cost"], strict=True)
    return [*head, *(text for d, row in pairs for text in (line(d), line(*row)))]


def sscflp(one):
    n, m = one["cost"].shape
    rows = (one["capacities"], one["opening"], one["demands"], *one["cost"])
    return [line(m, n), *lines(rows)]


def holmberg(one):
    n, m = one["cost"].shape
    sites = zip(one["capacities"], one["opening"], strict=True)
    return [line(m, n), *lines(sites), *lines((one["demands"], *one["cost"].T))]


def delmaire(one):
    n, m = one["cost"].shape
    rows = (*one["cost"], one["demands"], one["opening"], one["capacities"])
    return [line(n, m), *lines(rows)]


def ufllib(one):
    n, m = one["cost"].shape
    rows = [(j + 1, one["opening"][j], *one["cost"][:, j]) for j in range(m)]
    return ["FILE: some.txt", line(m, n, 0), *lines(rows)]


def pmp_matrix(one):
    n, m = one["cost"].shape
    return [line(n, m, one["p"]), "MATRIX", *lines(one["cost"])]


def cpmp(one):
    n, _ = one["cost"].shape
    rows = (*one["cost"], one["demands"], one["capacities"])
    return [line(n, one["p"]), *lines(rows)]


WRITERS = {
    "cap": (cap, ("cost", "demands", "capacities", "opening")),
    "cap_apart": (cap_apart, ("cost", "demands", "capacities", "opening")),
    "sscflp": (sscflp, ("cost", "demands", "capacities", "opening")),
    "holmberg": (holmberg, ("cost", "demands", "capacities", "opening")),
    "delmaire": (delmaire, ("cost", "demands", "capacities", "opening")),
    "ufllib": (ufllib, ("cost", "opening")),
    "pmp": (pmp_matrix, ("cost", "p")),
    "cpmp": (cpmp, ("cost", "demands", "capacities", "p")),
}


@pytest.fixture
def read(tmp_path):
    def reader(texts, **options):
        path = tmp_path / "case.txt"
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return read_instance(path, **options)

    return reader


def assert_same(instance, one, keys):
    for key in keys:
        found = getattr(instance, key)
        assert np.array_equal(found, one[key]), key


@pytest.mark.parametrize("name", WRITERS)
def test_an_instance_comes_back_as_it_was_written(read, name):
    """Comments in front are passed over; nothing is refused, though many layouts count alike."""
    write, keys = WRITERS[name]
    rng = np.random.default_rng(len(name))
    for _ in range(40):
        one = draw(rng, square=name == "cpmp")
        instance = read(["# made by a test", "# twice", *write(one)])
        assert instance.format == name.removesuffix("_apart")
        assert_same(instance, one, keys)


@pytest.mark.parametrize("name", ["cap_apart", "sscflp", "holmberg", "delmaire", "cpmp"])
def test_long_lines_may_be_cut_as_public_files_cut_them(read, name):
    """Every record in lines of five numbers, its last line shorter."""
    write, keys = WRITERS[name]
    rng = np.random.default_rng(5)
    right = 0
    for _ in range(40):
        one = draw(rng, square=name == "cpmp")
        words = [text.split() for text in write(one)]
        cut = [" ".join(w[k : k + 5]) for w in words for k in range(0, len(w), 5)]
        try:
            instance = read(cut)
        except InputError as error:
            assert "fit one layout" in str(error)  # noqa: PT017 - some sizes fit two
            continue
        assert_same(instance, one, keys)
        right += 1
    assert right > 20


def spoil(texts, rng):
    """Return the lines with one thing wrong that changes how many words a line has."""
    texts, k = list(texts), int(rng.integers(1, len(texts)))
    words = texts[k].split()
    at = int(rng.integers(0, len(words)))
    kind = int(rng.integers(0, 5))
    if kind == 0:
        texts[k] = " ".join(words[:at] + words[at + 1 :])
    elif kind == 1:
        texts[k] = " ".join([*words[:at], "7", *words[at:]])
    elif kind == 2:
        del texts[k]
    elif kind == 3:
        texts.insert(k, texts[k])
    else:
        texts[k - 1 : k + 1] = [f"{texts[k - 1]} {texts[k]}"]
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_a_spoilt_file_is_refused(read, name):
    """A number or a line lost, or twice, or two lines joined: never another instance."""
    write, keys = WRITERS[name]
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(150):
        one = draw(rng, square=name == "cpmp")
        try:
            instance = read(spoil(write(one), rng))
        except InputError:
            refused += 1
            continue
        # Two lines of one record joined are that record still.
        assert_same(instance, one, keys)
    assert refused > 100


def test_what_fits_two_layouts_is_refused_and_can_be_chosen(read):
    """Two sites and three points: a line a customer, or demands and a line a site."""
    texts = ["2 3", "10 5", "20 6", "1 2 3", "4 5 6", "7 8 9"]
    with pytest.raises(InputError, match=r"--layout cap .*; --layout holmberg"):
        read(texts)
    assert read(texts, layout="cap").demands.tolist() == [1, 4, 7]
    assert read(texts, layout="holmberg").demands.tolist() == [1, 2, 3]
    with pytest.raises(InputError, match="one of pmed"):
        read(texts, layout="beasley")


@pytest.mark.parametrize(("name", "other"), [("sscflp", "delmaire"), ("delmaire", "sscflp")])
def test_a_square_file_of_lines_fits_two_layouts(read, name, other):
    """As many points as sites: the same lengths of lines, only their order tells."""
    write, keys = WRITERS[name]
    rng = np.random.default_rng(3)
    for _ in range(20):
        one = draw(rng, square=True)
        with pytest.raises(InputError, match=r"--layout sscflp .*; --layout delmaire"):
            read(write(one))
        assert_same(read(write(one), layout=name), one, keys)
        assert read(write(one), layout=other).format == other


def test_more_sites_than_points(read):
    one = draw(np.random.default_rng(4))
    n = len(one["opening"]) - 1
    one |= {"cost": one["cost"][:n], "demands": one["demands"][:n]}
    assert_same(read(delmaire(one)), one, WRITERS["delmaire"][1])


def test_numbers_without_lines_are_refused(read):
    """The count alone tells nothing: it is the same in three layouts."""
    one = draw(np.random.default_rng(0))
    with pytest.raises(InputError, match="does not end where a record"):
        read([" ".join(sscflp(one))])


def test_places_with_room_and_places_with_numbers(read):
    """SJC has x, y, capacity, demand; pmp numbers its places, and rounds distances down."""
    sjc = read(["3 1", "0 0 9 1", "3 4 9 2", "0 1.5 8 3"])
    assert sjc.cost[0].tolist() == [0, 5, 1.5]
    assert (sjc.p, sjc.demands.tolist(), sjc.capacities.tolist()) == (1, [1, 2, 3], [9, 9, 8])
    pmp = read(["3 3 2", "0 0 0", "1 3 4", "2 0 1.5"])
    assert pmp.cost[0].tolist() == [0, 5, 1]
    with pytest.raises(InputError, match="numbers of places where x should be"):
        read(["3 1", "1 0 0 1", "2 3 4 2", "3 0 1.5 3"])
    # Places numbered from 1 within the vertices that a graph would have: either.
    with pytest.raises(InputError, match=r"--layout pmed .*--layout pmp"):
        read(["3 3 1", "1 2 9", "2 3 9", "3 1 9"])


def test_sites_and_points_apart(read):
    """Coursera: opening cost, capacity, x, y; then demand, x, y; distances as they are."""
    instance = read(["1 2", "50 9 0 0", "1 3 4", "2 0 1.5"])
    assert instance.cost.tolist() == [[5], [1.5]]
    assert (instance.opening.tolist(), instance.demands.tolist()) == ([50], [1, 2])
    assert instance.problem == "capacitated"


def test_a_table_in_braces(read):
    """Lines of two clients or of three facilities: the sizes tell; a square one may be either."""
    head = ["type=table", "n=2", "m=3", "p=1", "clients = {a, b}", "facilities = {x, y, z}"]
    by_clients = read([*head, "table = {{1,2,3},", "{4,5,6}}"])
    by_sites = read([*head, "table = {{1,4},{2,5},{3,6}}"])
    assert by_clients.cost.tolist() == by_sites.cost.tolist() == [[1, 2, 3], [4, 5, 6]]
    with pytest.raises(InputError, match="leaves both open"):
        read(["type=table", "n=2", "m=2", "p=1", "table = {{1,4},{2,5}}"])
    with pytest.raises(InputError, match="2 lines of 3 costs"):
        read([*head, "table = {{1,4},{2,5}}"])
    with pytest.raises(InputError, match="`min`"):
        read([*head, "sense=max", "table = {{1,2,3},{4,5,6}}"])


def test_filling_at_the_end_of_an_old_file_is_no_number(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("\n".join(sscflp(draw(np.random.default_rng(2)))).encode() + b"\r\n\x1a\0\0")
    assert read_instance(path).format == "sscflp"

"""The road graph between municipal seats, ferries included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from typing import Literal

    import numpy.typing as npt

    from planner.inputs.types import Inputs


def road_graph(inputs: Inputs) -> nx.Graph:
    """Build the undirected graph of seats (nodes: municipality codes) and roads.

    Parameters
    ----------
    inputs : Inputs

    Returns
    -------
    networkx.Graph
        Nodes carry `name`; edges carry `km`, `minutes` and `kind`.
    """
    names, roads = inputs.municipalities["name"], inputs.roads
    graph = nx.Graph()
    for code in sorted(names.index):
        graph.add_node(code, name=names[code])
    for row in roads.sort_values(["code_a", "code_b"]).itertuples(index=False):
        graph.add_edge(row.code_a, row.code_b, km=row.km, minutes=row.minutes, kind=row.kind)
    return graph


def path_lengths(graph: nx.Graph, weight: Literal["km", "minutes"]) -> npt.NDArray[np.float64]:
    """Return the length of the shortest path between every pair of nodes.

    Parameters
    ----------
    graph : networkx.Graph
    weight : {"km", "minutes"}
        The edge attribute that is added up and made least.

    Returns
    -------
    numpy.ndarray
        Shape (n, n), rows and columns in the order of the graph's nodes; inf where no road leads.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs.
    """
    # Each road is in the matrix both ways, which makes it twice as fast as an undirected search.
    lengths = nx.to_scipy_sparse_array(graph, weight=weight, dtype=np.float64, format="csr")
    found = dijkstra(lengths)
    # Sums from either end may differ in the last digit.
    least: npt.NDArray[np.float64] = np.minimum(found, found.T)
    return least

"""The road graph between municipal seats, ferries included."""

from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import squareform

from planner.case.types import Inputs


def road_graph(inputs: Inputs) -> nx.Graph:
    """Build the undirected graph of seats (nodes: municipality codes) and roads.

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


def near_row(km: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Put places in a row with neighbours next to each other, and return where each one stands.

    The leaves of a tree of average-linkage clusters by road distance, turned so that the sum of
    distances from each to the next is the least that the tree allows.

    Parameters
    ----------
    km : numpy.ndarray
        Shape (n, n), symmetric.

    Returns
    -------
    numpy.ndarray of int
        Shape (n,): 0 for the first in the row.

    References
    ----------
    Bar-Joseph, Z., Gifford, D. K., Jaakkola, T. S. (2001). Fast optimal leaf ordering for
    hierarchical clustering. Bioinformatics 17, S22-S29.
    """
    row = np.arange(len(km))
    if len(km) > 2:
        between = squareform(km, checks=False)
        leaves = leaves_list(linkage(between, "average", optimal_ordering=True))
        row[leaves] = np.arange(len(km))
    return row

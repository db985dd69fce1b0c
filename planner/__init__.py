"""Where a public agency's regional offices go, in what order, and with how many people."""

__version__ = "0.1.0"

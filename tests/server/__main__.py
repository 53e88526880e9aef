"""Serve a frozen vintage by hand: python -m tests.server [PORT] [VINTAGE]."""

import sys
import time

from tests.server.bulk import Bulk
from tests.server.oecd import Oecd
from tests.server.prices import published
from tests.server.wire import Server
from tests.server.world import frozen_world
from tests.server.worldbank import WorldBank


def main(port: int = 8765, vintage: str = "2026-07-13.1") -> None:
    """Serve until interrupted."""
    archives = {"202404": frozen_world("near-2024-04"), "202607": frozen_world("2026-07-13.1")}
    bank = WorldBank(frozen_world(vintage), archives)
    bulk = Bulk(frozen_world(vintage))
    with Server(bank, Oecd(), published(), port=port, bulk=bulk) as server:
        print(
            f"world_bank_endpoint={server.endpoint} oecd_endpoint={server.address}/oecd "
            f"prices_endpoint={server.address}/prices.json bulk_endpoint={server.address}/bulk"
        )
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main(*(int(text) if text.isdigit() else text for text in sys.argv[1:3]))

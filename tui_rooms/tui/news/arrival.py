"""Whether one is somewhere: in a room, or in a lobby whose server has answered or has not."""

import asyncio


class Arrival:
    """For the client's thread alone."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()

    def under_way(self) -> None:
        """From here to somewhere else."""
        self._arrived.clear()

    def arrived(self) -> None:
        """There, whether it is where one wanted to go or not."""
        self._arrived.set()

    async def wait(self) -> None:
        """Until one has arrived."""
        await self._arrived.wait()

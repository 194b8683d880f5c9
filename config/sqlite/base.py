"""Django's SQLite back end whose writers stand in a queue instead of polling.

SQLite's own busy handler sleeps and tries again, and with eight writers some wait seconds. A file lock taken before
`BEGIN IMMEDIATE` and freed after COMMIT or ROLLBACK is a fair queue at the same throughput.
"""

import fcntl
from pathlib import Path
from typing import IO, Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    _queue: IO[bytes] | None = None

    def _queue_file(self) -> IO[bytes] | None:
        name = str(self.settings_dict["NAME"])
        if self.is_in_memory_db():
            return None  # one process, one connection: nobody to queue with
        if self._queue is None:
            self._queue = Path(f"{name}-queue").open("ab")  # noqa: SIM115 - kept open as long as the connection
        return self._queue

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        from market.folding import fold  # needs settings, which name this back end

        connection = super().get_new_connection(conn_params)
        connection.create_function("FOLD", 1, lambda text: text and fold(text), deterministic=True)
        return connection

    def _leave_queue(self) -> None:
        if self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)

    def _start_transaction_under_autocommit(self) -> None:
        queue = self._queue_file()
        if queue is not None:
            fcntl.flock(queue, fcntl.LOCK_EX)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_queue()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._leave_queue()

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        if self._queue is not None:
            self._queue.close()
            self._queue = None

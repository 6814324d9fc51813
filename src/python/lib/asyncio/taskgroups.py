"""Tasks that end together: `async with TaskGroup()`."""

from asyncio.events import get_running_loop
from asyncio.exceptions import CancelledError
from asyncio.tasks import current_task


class TaskGroup:
    """Waits for its tasks at the end of the block. One that fails cancels the others."""

    def __init__(self):
        self._entered = False
        self._exiting = False
        self._aborting = False
        self._loop = None
        self._parent = None
        self._parent_cancel_requested = False
        self._tasks = {}
        self._errors = []
        self._base_error = None
        self._on_completed = None

    def __repr__(self):
        told = ""
        if self._tasks:
            told += f" tasks={len(self._tasks)}"
        if self._errors:
            told += f" errors={len(self._errors)}"
        if self._aborting:
            told += " cancelling"
        elif self._entered:
            told += " entered"
        return f"<TaskGroup{told}>"

    async def __aenter__(self):
        if self._entered:
            raise RuntimeError(f"TaskGroup {self!r} has already been entered")
        self._loop = get_running_loop()
        self._parent = current_task(self._loop)
        if self._parent is None:
            raise RuntimeError(f"TaskGroup {self!r} cannot determine the parent task")
        self._entered = True
        return self

    async def __aexit__(self, kind, exception, traceback):
        self._exiting = True
        if exception is not None and _ends_all(exception) and self._base_error is None:
            self._base_error = exception
        cancelled = exception if kind is CancelledError else None
        if self._parent_cancel_requested:
            # It was this group that has cancelled its parent.
            if self._parent.uncancel() == 0:
                cancelled = None
        if kind is not None and not self._aborting:
            self._abort()
        while self._tasks:
            if self._on_completed is None:
                self._on_completed = self._loop.create_future()
            try:
                await self._on_completed
            except CancelledError as raised:
                if not self._aborting:
                    # The parent was cancelled from outside.
                    cancelled = raised
                    self._abort()
            self._on_completed = None
        if self._base_error is not None:
            raise self._base_error
        if cancelled is not None and not self._errors:
            raise cancelled
        if kind is not None and kind is not CancelledError:
            self._errors.append(exception)
        if self._errors:
            errors = self._errors
            self._errors = []
            raise BaseExceptionGroup("unhandled errors in a TaskGroup", errors) from None

    def create_task(self, coro, *, name=None, context=None):
        if not self._entered:
            raise RuntimeError(f"TaskGroup {self!r} has not been entered")
        if self._exiting and not self._tasks:
            raise RuntimeError(f"TaskGroup {self!r} is finished")
        if self._aborting:
            raise RuntimeError(f"TaskGroup {self!r} is shutting down")
        task = self._loop.create_task(coro, name=name, context=context)
        if task.done():
            self._on_task_done(task)
        else:
            self._tasks[task] = None
            task.add_done_callback(self._on_task_done)
        return task

    def _abort(self):
        self._aborting = True
        for task in list(self._tasks):
            if not task.done():
                task.cancel()

    def _on_task_done(self, task):
        self._tasks.pop(task, None)
        if self._on_completed is not None and not self._tasks:
            if not self._on_completed.done():
                self._on_completed.set_result(True)
        if task.cancelled():
            return
        exception = task.exception()
        if exception is None:
            return
        self._errors.append(exception)
        if _ends_all(exception) and self._base_error is None:
            self._base_error = exception
        if self._parent.done():
            self._loop.call_exception_handler({
                "message": f"Task {task!r} has errored out but its parent task "
                           f"{self._parent} is already completed",
                "exception": exception,
                "task": task,
            })
            return
        if not self._aborting and not self._parent_cancel_requested:
            # The parent may be waiting for something else in its block.
            self._abort()
            self._parent_cancel_requested = True
            self._parent.cancel()


def _ends_all(exception):
    return isinstance(exception, (SystemExit, KeyboardInterrupt))


__all__ = ("TaskGroup",)

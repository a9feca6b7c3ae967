"""Work that goes on until Ctrl-C -> an exit status: what the commands with --watch share."""

from collections.abc import Callable

from generator.cli.console import FINE, TO_FIX, complain, not_installed


def until_ended(work: Callable[[], None]) -> int:
    """Work until Ctrl-C, which is a clean end (status 0)."""
    from generator.base.files import Unusable

    try:
        work()
    except ModuleNotFoundError as problem:
        return not_installed(problem, "watchfiles", "--watch needs watchfiles", extra="watch")
    except Unusable as problem:
        complain(problem)
        return TO_FIX
    except KeyboardInterrupt:
        return FINE
    return FINE

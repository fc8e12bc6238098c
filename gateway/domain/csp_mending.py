"""The least that has to be added to a Content-Security-Policy for the widget to work; all else stays as it is."""

from gateway.domain.csp import OF_FRAMES, OF_SCRIPTS, Policy, ScriptRequest
from gateway.domain.web_address import WebAddress

_NONE = "'none'"


def mend(policy: Policy, *, script: ScriptRequest | None, frame: WebAddress, page: WebAddress) -> Policy:
    """Return the policy that lets this script, if there is one, and this frame through.

    Where scripts are known by nonce or hash alone, the script is let in by its `integrity`; without one it stays out.
    """
    mended = _out_of_sandbox(policy)
    if script is not None and not mended.allows_script(script, page):
        mended = _letting_script(mended, script)
    return mended if mended.allows_frame(frame, page) else _letting_frame(mended, frame)


def _out_of_sandbox(policy: Policy) -> Policy:
    missing = policy.sandbox_lacks
    return policy.having("sandbox", (*policy.directives["sandbox"], *missing)) if missing else policy


def _letting_script(policy: Policy, script: ScriptRequest) -> Policy:
    if policy.is_strict_about_scripts and not script.integrity:
        return policy
    source = f"'{script.integrity}'" if policy.is_strict_about_scripts else script.url.site
    name = policy.governing(OF_SCRIPTS)
    assert name is not None, "what nothing governs is allowed"
    # What default-src lets in stays in: a list for scripts alone takes its place for them.
    return policy.having("script-src" if name == "default-src" else name, (*_without_none(policy, name), source))


def _letting_frame(policy: Policy, frame: WebAddress) -> Policy:
    name = policy.governing(OF_FRAMES)
    assert name is not None, "what nothing governs is allowed"
    kept = _without_none(policy, name)
    if name != "frame-src":  # of the words in quotes only this one says something about frames
        kept = tuple(source for source in kept if not source.startswith("'") or source.lower() == "'self'")
    return policy.having("frame-src", (*kept, frame.site))


def _without_none(policy: Policy, name: str) -> tuple[str, ...]:
    return tuple(source for source in policy.directives[name] if source.lower() != _NONE)
